import type { ApiAnswer, ApiCalls } from '../api/call.js';
import { isApiError } from '../api/error.js';
import { KeysError } from './keys-error.js';

/** What the server keeps of the keys of a log. */
export interface StoredKeys {
  readonly envelope: string;
  readonly version: number;
  readonly etag: string | null;
  /** While a rotation runs. */
  readonly target: { readonly envelope: string; readonly version: number } | null;
}

const toStoredKeys = ({ body, headers }: ApiAnswer<'getKey'>): StoredKeys => {
  const { encrypted_key, key_version, new_encrypted_key, new_key_version } = body;
  const isRotating = new_encrypted_key !== undefined && new_key_version !== undefined;
  return {
    envelope: encrypted_key,
    version: key_version,
    etag: headers.get('etag'),
    target: isRotating ? { envelope: new_encrypted_key, version: new_key_version } : null,
  };
};

/** null before any key was stored. */
export const fetchKeys = async (call: ApiCalls, signal?: AbortSignal): Promise<StoredKeys | null> => {
  try {
    return toStoredKeys(await call('getKey', signal ? { signal } : {}));
  } catch (error) {
    if (isApiError(error, 'key_not_found')) return null;
    throw error;
  }
};

/**
 * Stores an envelope in place of the one that was fetched, or as the first one (null). A put that was repeated because
 * its answer was lost counts as done.
 * @returns the key version
 * @throws KeysError `already_set_up`, `changed_elsewhere`
 */
export const putEnvelope = async (call: ApiCalls, envelope: string, replaced: StoredKeys | null): Promise<number> => {
  if (replaced && replaced.etag === null) {
    throw new Error(
      'The server answered no ETag, without which nothing can be replaced safely. Does a proxy remove it?',
    );
  }
  const headers = replaced?.etag ? { 'if-match': replaced.etag } : { 'if-none-match': '*' };
  try {
    const { body } = await call('putKey', { headers, body: { encrypted_key: envelope } });
    return body.key_version;
  } catch (error) {
    if (!isApiError(error, 'precondition_failed')) throw error;
    const present = await fetchKeys(call);
    if (present?.envelope === envelope) return present.version;
    throw new KeysError(replaced ? 'changed_elsewhere' : 'already_set_up', error);
  }
};
