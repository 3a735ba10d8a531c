/** A call that has been stopped on its way. */
export interface Stall {
  /** Resolves when the call has arrived. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** Both sides of a stall: whoever is stopped awaits `arrive`, whoever stopped it holds the rest. */
export const createStall = (): Stall & { arrive(): Promise<void> } => {
  let tell = (): void => {};
  let release = (): void => {};
  const reached = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    reached,
    release: () => release(),
    arrive() {
      tell();
      return released;
    },
  };
};
