import { type Operation, SyncError } from '@synckeep/protocol';
import type { Call } from './ports/index.js';
import { locate } from './validation.js';

const decoder = new TextDecoder('utf-8', { fatal: true });
const halfPair = /\p{Surrogate}/u;
const brokenEscape = /\\u(?:0000|[dD][89a-fA-F])/;

const isJson = (contentType: string | undefined): boolean => {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
};

const isBrokenText = (text: string): boolean => text.includes('\0') || halfPair.test(text);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const canBeBroken = (value: unknown): boolean => typeof value === 'string' || isRecord(value);

const isBroken = (value: unknown): boolean => {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string') {
      if (isBrokenText(next)) return true;
    } else if (Array.isArray(next)) {
      for (const member of next) if (canBeBroken(member)) waiting.push(member);
    } else if (isRecord(next)) {
      for (const key of Object.keys(next)) {
        if (isBrokenText(key)) return true;
        if (canBeBroken(next[key])) waiting.push(next[key]);
      }
    }
  }
  return false;
};

const refuseBrokenText = (body: unknown): never => {
  // Only these have members that a client can set aside; an unknown list must not point at an innocent change.
  for (const list of ['changes', 'entries']) {
    const items = isRecord(body) ? body[list] : undefined;
    const index = Array.isArray(items) ? items.findIndex(isBroken) : -1;
    if (index >= 0) throw new SyncError('invalid_text', { details: locate(list, body, index) });
  }
  throw new SyncError('invalid_text');
};

/** A body as it came and as it was read. */
export interface JsonBody {
  readonly bytes: Uint8Array;
  readonly json: unknown;
}

/**
 * The JSON body of a call (P-5): an empty one is `{}`.
 * @throws SyncError `body_too_large`, `unsupported_media_type`, `invalid_json`, `invalid_text`
 */
export const readJson = async (call: Call, operation: Operation): Promise<JsonBody> => {
  const bytes = await call.body.bytes(operation.bodyLimit);
  if (bytes.length === 0) return { bytes, json: {} };
  if (!isJson(call.header('content-type'))) throw new SyncError('unsupported_media_type');
  let text: string;
  let json: unknown;
  try {
    text = decoder.decode(bytes);
    json = JSON.parse(text);
  } catch {
    // Without its cause: the message of a JSON error quotes the body.
    throw new SyncError('invalid_json');
  }
  // Half a surrogate pair or U+0000 can only have come as an escape: raw, they are no UTF-8 or no JSON.
  if (brokenEscape.test(text) && isBroken(json)) refuseBrokenText(json);
  return { bytes, json };
};
