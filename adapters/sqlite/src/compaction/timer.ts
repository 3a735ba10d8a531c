/** Milliseconds that one step reads, and that it keeps the writer. */
export const readingTime = 5;
export const writingTime = 5;

/** @returns whether so many milliseconds are not over yet. */
export const createTimer = (milliseconds: number): (() => boolean) => {
  const until = performance.now() + milliseconds;
  return () => performance.now() < until;
};
