const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** @throws TypeError for half a surrogate pair, which UTF-8 cannot hold */
export const toUtf8 = (text: string): Uint8Array => {
  if (!isWellFormed(text)) throw new TypeError('The text holds half a surrogate pair, which UTF-8 cannot hold.');
  return encoder.encode(text);
};

/** null for bytes that are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return decoder.decode(bytes);
  } catch {
    // A fatal decoder throws for nothing else.
    return null;
  }
};

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Two bytes, the high one first. */
export const uint16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value);

/** Four bytes, the highest first. */
export const uint32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

export const readUint16 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint16(at);

export const readUint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

/** For values that are no secret: it stops at the first difference. */
export const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
