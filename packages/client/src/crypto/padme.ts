/**
 * PADMÉ: the length that a plaintext of `length` bytes is padded to. It lets through O(log log n) bits of the true
 * length and adds at most 12 %.
 */
export const padmeLength = (length: number): number => {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** (exponent - kept);
  return exponent <= kept ? length : Math.ceil(length / step) * step;
};
