import { fromBase64url, toBase64url } from './base64url.js';
import { concat, readUint16, uint16 } from './bytes.js';
import { CryptoError } from './crypto-error.js';

/** One way to open an envelope. Types that this version does not know are kept as they are. */
export interface Wrap {
  readonly type: number;
  readonly body: Uint8Array;
}

/** An envelope taken apart; nothing in it is proved before a wrap was opened. */
export interface Envelope {
  readonly vaultId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly wraps: readonly Wrap[];
}

const version = 1;
const headLength = 21;
const maxWraps = 8;

/** Version, vault id and key id: what every wrap is bound to. */
export const toHead = ({ vaultId, keyId }: Pick<Envelope, 'vaultId' | 'keyId'>): Uint8Array =>
  concat(Uint8Array.of(version), vaultId, keyId);

/** The text that `PUT keys` takes. */
export const toText = (envelope: Envelope): string =>
  toBase64url(
    concat(
      toHead(envelope),
      ...envelope.wraps.flatMap(({ type, body }) => [Uint8Array.of(type), uint16(body.length), body]),
    ),
  );

/** @throws CryptoError `malformed_envelope`, `unsupported_envelope` */
export const parseEnvelope = (text: string): Envelope => {
  const bytes = fromBase64url(text);
  if (bytes === null || bytes.length < headLength) throw new CryptoError('malformed_envelope');
  if (bytes[0] !== version) throw new CryptoError('unsupported_envelope');
  const wraps: Wrap[] = [];
  for (let at = headLength; at < bytes.length; ) {
    const type = bytes[at] ?? 0;
    const start = at + 3;
    const end = start <= bytes.length ? start + readUint16(bytes, at + 1) : Number.POSITIVE_INFINITY;
    if (end > bytes.length || wraps.length === maxWraps || wraps.some((wrap) => wrap.type === type)) {
      throw new CryptoError('malformed_envelope');
    }
    wraps.push({ type, body: bytes.slice(start, end) });
    at = end;
  }
  return { vaultId: bytes.slice(1, 17), keyId: bytes.slice(17, headLength), wraps };
};
