/** A copy of a value of maps, to go back to. */
export const takeSnapshot = <T extends object>(state: T): T => structuredClone(state);

/** Puts what a state of maps and sets held at the time of a snapshot in its place. */
export const restoreSnapshot = <T extends object>(state: T, snapshot: T): void => {
  const copy = new Map(Object.entries(structuredClone(snapshot)));
  for (const [name, part] of Object.entries(state)) {
    const past = copy.get(name);
    if (part instanceof Map && past instanceof Map) {
      part.clear();
      for (const [key, value] of past) part.set(key, value);
    } else if (part instanceof Set && past instanceof Set) {
      part.clear();
      for (const value of past) part.add(value);
    }
  }
};
