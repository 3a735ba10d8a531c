/** Bytes that nobody can foresee. Tests and vectors bring their own; everything else must use `secureRandom`. */
export type RandomBytes = (length: number) => Uint8Array;

export const secureRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
