const encoder = new TextEncoder();

/** How many bytes a text takes in UTF-8. */
export const byteLength = (text: string | null): number => (text === null ? 0 : encoder.encode(text).length);

/** Compares by UTF-8 bytes, for `sort`. (JavaScript compares by UTF-16 units, which differs above U+FFFF.) */
export const compareBytes = (a: string, b: string): number => {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  const at = left.findIndex((byte, i) => byte !== right[i]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
};
