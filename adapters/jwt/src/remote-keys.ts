import type { Clock, Log } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

const timeout = 5_000;
/** Between two fetches, however many tokens name a key that is not known: milliseconds with keys at hand, and without. */
const pauses = { withKeys: 30_000, without: 5_000 };

/** What is in it is for jose to judge. */
const keySet = z.custom<JSONWebKeySet>((value) => typeof value === 'object' && value !== null && 'keys' in value);

interface RemoteKeysOptions {
  readonly url: URL;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly maxStale: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The keys that an issuer publishes, fetched when they are first needed, when they are old, and when a token names one
 * that is not among them.
 * @throws (the function) SyncError `unavailable` when it cannot be told which keys there are; JWKSNoMatchingKey
 */
export const createRemoteKeys = (options: RemoteKeysOptions): JWTVerifyGetKey => {
  const { url, maxAge, maxStale, clock, log } = options;
  let keys: { readonly find: JWTVerifyGetKey; readonly fetchedAt: number } | null = null;
  let failure: unknown = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<void> | null = null;

  const download = async (): Promise<void> => {
    try {
      const headers = { accept: 'application/json, application/jwk-set+json' };
      const answer = await options.fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeout) });
      if (answer.status !== 200) throw new Error(`${url.href} answered ${answer.status} instead of a key set.`);
      keys = { find: createLocalJWKSet(keySet.parse(await answer.json())), fetchedAt: clock.now() };
      failure = null;
    } catch (error) {
      failure = error;
      log.warn({ err: error, url: url.href }, 'The keys of the token issuer could not be fetched.');
    }
  };

  /** Joins a fetch that is under way, and begins none too soon after the last one. Never rejects. */
  const refresh = async (): Promise<void> => {
    const pause = keys ? pauses.withKeys : pauses.without;
    if (!pending && clock.now() - askedAt >= pause) {
      askedAt = clock.now();
      pending = download().finally(() => {
        pending = null;
      });
    }
    await pending;
  };

  const unavailable = (): SyncError => new SyncError('unavailable', { cause: failure, retryAfter: 5 });

  return async (header, token) => {
    if (!keys || clock.now() - keys.fetchedAt >= maxAge) await refresh();
    if (!keys || clock.now() - keys.fetchedAt >= maxAge + maxStale) throw unavailable();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      // It may well be a new key, which the issuer could not tell.
      if (failure !== null) throw unavailable();
      return keys.find(header, token);
    }
  };
};
