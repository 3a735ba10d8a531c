/** Makes a value at its first use: statements cannot be prepared before `migrate` has made their tables. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
