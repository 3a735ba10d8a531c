/** Several pieces as one; a single one as it is. */
export const joinBytes = (pieces: readonly Uint8Array[], length: number): Uint8Array => {
  const [first] = pieces;
  if (pieces.length === 1 && first) return first;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
};
