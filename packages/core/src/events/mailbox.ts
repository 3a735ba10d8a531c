/**
 * What waits for one reader of a stream: the newest text of each slot, so that a slow reader costs bounded memory.
 * Reading takes all that waits.
 */
export const createMailbox = (now: () => number) => {
  const textBySlot = new Map<string, string>();
  let wake: (() => void) | undefined;
  let isEnded = false;
  let busySince: number | null = now();

  const take = (): IteratorResult<string> => {
    busySince = now();
    if (textBySlot.size === 0) return { done: true, value: undefined };
    const value = [...textBySlot.values()].join('');
    textBySlot.clear();
    return { done: false, value };
  };
  const ring = (): void => {
    const waiting = wake;
    wake = undefined;
    waiting?.();
  };
  const next = async (): Promise<IteratorResult<string>> => {
    busySince = null;
    if (textBySlot.size === 0 && !isEnded) await new Promise<void>((resolve) => (wake = resolve));
    return take();
  };
  const end = (): void => {
    isEnded = true;
    ring();
  };
  return {
    put(slot: string, text: string): void {
      if (isEnded) return;
      textBySlot.set(slot, text);
      ring();
    },
    end,
    /** For how many milliseconds the reader has not asked for more. */
    stalledFor: (): number => (busySince === null ? 0 : now() - busySince),
    /** `onClose` runs when the reader leaves before the end. */
    read: (onClose: () => void): AsyncIterable<string> => ({
      [Symbol.asyncIterator]: () => ({
        next,
        return: async () => {
          onClose();
          return { done: true, value: undefined };
        },
      }),
    }),
  };
};
