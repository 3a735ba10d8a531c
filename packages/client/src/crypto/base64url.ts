const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const valueByCode = new Int8Array(128).fill(-1);
codes.forEach((code, value) => {
  valueByCode[code] = value;
});
const ascii = new TextDecoder('latin1');

/** RFC 4648 section 5, without padding. */
export const toBase64url = (bytes: Uint8Array): string => {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text[at++] = codes[(held >>> bits) & 63] ?? 0;
    }
    held &= 63;
  }
  if (bits > 0) text[at] = codes[(held << (6 - bits)) & 63] ?? 0;
  return ascii.decode(text);
};

/** null for text that `toBase64url` does not make, so that bytes have one text only. */
export const fromBase64url = (text: string): Uint8Array | null => {
  if (text.length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let n = 0; n < text.length; n++) {
    const value = valueByCode[text.charCodeAt(n)] ?? -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0x3fff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >>> bits;
  }
  // The bits that no byte is made of must be zero.
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
};
