import {
  type App,
  appKind,
  type Clock,
  createCollection,
  type Found,
  type Random,
  type RecordPut,
  type Records,
  randomUuid,
} from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import { adminSessionKind } from './administrators/admin-session-kind.js';
import { grantKind } from './oauth/grant-kind.js';
import { browserSessionKind } from './pages/browser-session-kind.js';
import { type Session, sessionKind, toSessionScope } from './session-kind.js';
import { type UserRecord, userKind } from './user-kind.js';

/** Sessions of one user in one app; a login beyond that ends the one that was renewed longest ago. */
export const sessionsPerScope = 100;
const page = 100;

/** Kinds of what begins with a login, by the index that says whose it is. */
const loginKinds = {
  user: [sessionKind, grantKind, browserSessionKind, adminSessionKind],
  app: [sessionKind, grantKind],
};

export interface OpenedSession {
  readonly id: string;
  readonly session: Session;
}

/** How a session begins that is not an ordinary login. Times in milliseconds since 1970. */
export interface SessionBeginning extends Pick<Session, 'key' | 'isRefreshable' | 'endsAt'> {
  readonly id: string;
  /** Until when it must be extended, or it is over. */
  readonly expiresAt: number;
}

export interface Sessions {
  /** null when it is over. */
  get(id: string): Promise<Session | null>;
  /**
   * Begins a session, with the rows of the audit log, and, when the user has too many of them in this app, ends others.
   * @returns null when user or app are no longer as they were found: nothing was written.
   */
  open(
    user: Found<UserRecord>,
    app: Found<App>,
    entries: readonly RecordPut[],
    beginning?: SessionBeginning,
  ): Promise<(OpenedSession & { readonly ended: number }) | null>;
  /** Keeps the session until `expiresAt`, or longer when it was to be kept longer before. @returns false when it is over. */
  extend(id: string, session: Session, expiresAt: number): Promise<boolean>;
  end(ids: readonly string[]): Promise<void>;
}

/**
 * Ends all sessions that stand under `value`, and all else that was begun by logging in, in steps of 100. Safe to repeat;
 * it ends when none is left.
 */
export const endSessionsOf = async (
  records: Records,
  clock: Clock,
  index: 'user' | 'app',
  value: string,
): Promise<void> => {
  for (const { name: kind } of loginKinds[index]) {
    for (;;) {
      // Straight from the records, because a collection leaves expired ones out and these must go too.
      const found = await records.find(kind, index, value, { after: null, limit: page });
      if (found.length === 0) break;
      await records.transact(
        found.map(({ key }) => ({ write: 'delete', kind, key, condition: 'any' })),
        clock.now(),
      );
    }
  }
};

export const createSessions = (records: Records, clock: Clock, random: Random): Sessions => {
  const sessions = createCollection(records, clock, sessionKind);
  const users = createCollection(records, clock, userKind);
  const apps = createCollection(records, clock, appKind);

  /** Ids of a scope's sessions that make room for one more: the expired ones, then those renewed longest ago. */
  const toMakeRoom = async (scope: string, now: number): Promise<{ expired: string[]; surplus: string[] }> => {
    const expired: string[] = [];
    const living: { key: string; expiresAt: number }[] = [];
    for (let after: string | null = null; ; ) {
      const found = await records.find(sessionKind.name, 'scope', scope, { after, limit: page });
      for (const { key, expiresAt } of found) {
        if (expiresAt !== null && expiresAt <= now) expired.push(key);
        else living.push({ key, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY });
      }
      after = found.at(-1)?.key ?? null;
      if (found.length < page) break;
    }
    living.sort((a, b) => a.expiresAt - b.expiresAt);
    const surplus = living.slice(0, Math.max(0, living.length + 1 - sessionsPerScope)).map(({ key }) => key);
    return { expired: expired.slice(0, page), surplus };
  };

  return {
    async get(id) {
      return (await sessions.get(id))?.value ?? null;
    },
    async open(user, app, entries, beginning) {
      const now = clock.now();
      const {
        id = randomUuid(random),
        expiresAt = now + limits.tokenLifetime * 1000,
        ...rest
      } = beginning ?? { endsAt: now + limits.sessionLifetime * 1000, key: null, isRefreshable: false };
      const session = { userId: user.key, appId: app.key, createdAt: now, ...rest };
      const { expired, surplus } = await toMakeRoom(toSessionScope(user.key, app.key), now);
      const { done } = await records.transact(
        [
          // Whoever disables or erases a user or an app changes its record first: no session appears behind their back.
          users.check(user.key, user.version),
          apps.check(app.key, app.version),
          ...[...expired, ...surplus].map((key) => sessions.delete(key)),
          sessions.put(id, session, { condition: 'absent', expiresAt }),
          ...entries,
        ],
        now,
      );
      return done ? { id, session, ended: surplus.length } : null;
    },
    async extend(id, session, expiresAt) {
      const kept = (await sessions.get(id))?.expiresAt ?? 0;
      const write = sessions.put(id, session, { condition: 'present', expiresAt: Math.max(kept, expiresAt) });
      return (await records.transact([write], clock.now())).done;
    },
    async end(ids) {
      for (let start = 0; start < ids.length; start += page) {
        const writes = ids.slice(start, start + page).map((id) => sessions.delete(id));
        await records.transact(writes, clock.now());
      }
    },
  };
};
