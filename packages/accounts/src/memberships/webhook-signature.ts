/** Seconds that a signature may be away from now: longer, and whoever recorded a request could send it again. */
export const signatureTolerance = 300;

const encoder = new TextEncoder();

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));

const parse = (header: string): { readonly time: string; readonly signatures: readonly string[] } | undefined => {
  const parts = header.split(',').map((part) => part.trim().split('=', 2));
  const valuesOf = (wanted: string) => parts.flatMap(([name, value]) => (name === wanted && value ? [value] : []));
  const [time, ...others] = valuesOf('t');
  if (time === undefined || others.length > 0 || !/^[0-9]{1,12}$/.test(time)) return undefined;
  return { time, signatures: valuesOf('v1').filter((value) => /^[0-9a-f]{64}$/.test(value)) };
};

/**
 * Whether a header `t=<seconds>,v1=<hex>[,v1=…]` signs the body as Stripe does: HMAC-SHA-256 over the time, a dot and
 * the bytes of the body. Any of the secrets will do, so that one can take the place of another. Compares in constant time.
 * @param now milliseconds since 1970
 */
export const isSigned = async (
  header: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
  now: number,
): Promise<boolean> => {
  const parsed = header === undefined || header.length > 4096 ? undefined : parse(header);
  if (!parsed || Math.abs(now / 1000 - Number(parsed.time)) > signatureTolerance) return false;
  const signed = Uint8Array.from([...encoder.encode(`${parsed.time}.`), ...body]);
  for (const secret of secrets) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify']);
    for (const signature of parsed.signatures)
      if (await crypto.subtle.verify('HMAC', key, fromHex(signature), signed)) return true;
  }
  return false;
};
