import { limits, SyncError } from '@synckeep/protocol';
import type { Authenticator, Clock, Identity, Records } from '../ports/index.js';
import { appKind, isKeyAlive } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { erasedKind } from '../records/small-kinds.js';
import type { Caller } from './caller.js';
import type { Pseudonyms } from './pseudonym.js';

const maxCached = 10_000;

interface Cached {
  readonly caller: Promise<Caller>;
  readonly until: number;
}

/** Lets callers in (P-14). What it knows is at most 2 s old, and forgotten at once when access changed somewhere. */
export interface Gatekeeper {
  /** @throws SyncError `invalid_token` */
  admit(token: string): Promise<Caller>;
  /** The same for an identity that was proven before. @throws SyncError `invalid_token` */
  readmit(identity: Identity): Promise<Caller>;
  forget(): void;
  /** Whether anything is remembered that is still in use, so that news of access matters. */
  isWarm(): boolean;
}

export const createGatekeeper = (
  authenticator: Authenticator,
  records: Records,
  pseudonyms: Pseudonyms,
  clock: Clock,
): Gatekeeper => {
  const apps = createCollection(records, clock, appKind);
  const erased = createCollection(records, clock, erasedKind);
  const cachedByToken = new Map<string, Cached>();

  const toCaller = async (identity: Identity): Promise<Caller> => {
    const { appId, userId, keyGeneration } = identity;
    const tombstone = await pseudonyms(userId);
    const [app, erasure] = await Promise.all([apps.get(appId), erased.get(tombstone)]);
    const isKeyGone = app && keyGeneration !== null && !isKeyAlive(app.value, keyGeneration, clock.now());
    if (!app || isKeyGone || (erasure && identity.issuedAt <= erasure.value.at)) throw new SyncError('invalid_token');
    return {
      identity,
      app: app.value,
      scope: { appId, userId },
      guards: [apps.check(appId, 'present'), erased.check(tombstone, erasure?.version ?? 'absent')],
    };
  };

  const authenticate = async (token: string): Promise<Caller> => {
    const identity = await authenticator.authenticate(token);
    if (!identity) throw new SyncError('invalid_token');
    return toCaller(identity);
  };

  const remember = (token: string): Promise<Caller> => {
    if (cachedByToken.size >= maxCached) cachedByToken.clear();
    const caller = authenticate(token);
    const entry = { caller, until: clock.now() + limits.revocationDelay * 1000 };
    cachedByToken.set(token, entry);
    // A refusal is not remembered: the token may be good a moment later.
    caller.catch(() => cachedByToken.get(token) === entry && cachedByToken.delete(token));
    return caller;
  };

  return {
    async admit(token) {
      const cached = cachedByToken.get(token);
      const caller = await (cached && cached.until > clock.now() ? cached.caller : remember(token));
      if (caller.identity.expiresAt <= clock.now()) throw new SyncError('invalid_token');
      return caller;
    },
    async readmit(identity) {
      const isGood = identity.expiresAt > clock.now() && (await authenticator.isCurrent(identity));
      if (!isGood) throw new SyncError('invalid_token');
      return toCaller(identity);
    },
    forget: () => cachedByToken.clear(),
    isWarm() {
      for (const [token, { until }] of cachedByToken) if (until <= clock.now()) cachedByToken.delete(token);
      return cachedByToken.size > 0;
    },
  };
};
