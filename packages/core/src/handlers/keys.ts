import { limits, SyncError } from '@synckeep/protocol';
import { randomHex } from '../digest.js';
import type { KeyCondition, KeyStore, Scope } from '../ports/index.js';
import { toTime } from '../wire.js';
import type { Handler } from './handler.js';

export const refuseLongKey = (envelope: string): void => {
  const isLong =
    envelope.length > limits.encryptedKeyCharacters && [...envelope].length > limits.encryptedKeyCharacters;
  if (isLong) throw new SyncError('key_too_large', { details: { limit: limits.encryptedKeyCharacters } });
};

const toEtags = (header: string): readonly string[] =>
  header.split(',').map((tag) =>
    tag
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1'),
  );

const toCondition = async (
  header: (name: string) => string | undefined,
  keyVersion: number | null,
  keyStore: KeyStore,
  scope: Scope,
): Promise<KeyCondition> => {
  const ifMatch = header('if-match');
  const absent = header('if-none-match')?.trim() === '*';
  if (ifMatch?.trim() !== '*') return { absent, keyVersion, etags: ifMatch === undefined ? null : toEtags(ifMatch) };
  // "Whatever is there": pinned to what is there now, so that the write still checks it.
  const present = await keyStore.get(scope);
  return { absent, keyVersion, etags: present ? [present.etag] : [] };
};

/** P-55…P-57 */
export const putKey: Handler<'putKey'> = async ({ caller, body, header, now }, { storage, random }) => {
  refuseLongKey(body.encrypted_key);
  const { keyStore } = storage;
  const { keyVersion, etag } = await keyStore.put(caller.scope, {
    envelope: body.encrypted_key,
    etag: randomHex(random, 8),
    condition: await toCondition(header, body.key_version ?? null, keyStore, caller.scope),
    freshEpoch: randomHex(random, 8),
    guards: caller.guards,
    now,
  });
  return { status: 200, body: { key_version: keyVersion }, headers: { etag: `"${etag}"` } };
};

/** P-55, P-60 */
export const getKey: Handler<'getKey'> = async ({ caller }, { storage }) => {
  const keys = await storage.keyStore.get(caller.scope);
  if (!keys) throw new SyncError('key_not_found');
  const { envelope, keyVersion, etag, rotation } = keys;
  return {
    status: 200,
    body: {
      encrypted_key: envelope,
      key_version: keyVersion,
      ...(rotation && { new_encrypted_key: rotation.envelope, new_key_version: rotation.keyVersion }),
    },
    headers: { etag: `"${etag}"` },
  };
};

/** P-58 */
export const keyHistory: Handler<'keyHistory'> = async ({ caller, now }, { storage }) => {
  const past = await storage.keyStore.history(caller.scope);
  const oldest = now - limits.keyHistoryLifetime * 1000;
  return {
    status: 200,
    body: {
      keys: past
        .filter(({ replacedAt }) => replacedAt >= oldest)
        .map(({ envelope, keyVersion, replacedAt, reason }) => ({
          encrypted_key: envelope,
          key_version: keyVersion,
          replaced_at: toTime(replacedAt),
          reason,
        })),
    },
  };
};
