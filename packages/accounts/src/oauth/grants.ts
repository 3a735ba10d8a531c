import { type App, createCollection, type Found, toUuid } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import type { AccountParts } from '../create-accounts.js';
import type { Session } from '../session-kind.js';
import { sessionKind } from '../session-kind.js';
import type { UserRecord } from '../user-kind.js';
import { grantKind } from './grant-kind.js';
import { lifetimes } from './lifetimes.js';

/** A login that goes on, for the tokens that are made of it. */
export interface ContinuedLogin {
  readonly sessionId: string;
  readonly session: Session;
  readonly user: UserRecord;
  /** Seconds that an access token may live. */
  readonly tokenLifetime: number;
}

/** What a user allows an app is a login: a session like any other, which tokens name and everybody can end. */
export interface Grants {
  /**
   * Begins the login that a consent stands for; it waits for its code to be used.
   * @returns false when user or app are no longer as they were found
   */
  begin(
    grantId: string,
    user: Found<UserRecord>,
    app: Found<App>,
    options: { readonly key: string | null; readonly isRefreshable: boolean; readonly address: string },
  ): Promise<boolean>;
  /** Keeps the login for another token. null when it is over. */
  proceed(grantId: string): Promise<ContinuedLogin | null>;
  /** Ends a login with everything that belongs to it. Safe to repeat. */
  end(grantId: string): Promise<void>;
  /** The same by the id of its session. */
  endSession(sessionId: string): Promise<void>;
}

const page = 100;

/** Grants have ids of the library; a session's is a UUID. One follows from the other, so neither has to be looked up. */
export const toSessionId = (grantId: string): string => toUuid(grantId);

export const createGrants = (
  parts: Pick<AccountParts, 'records' | 'clock' | 'sessions' | 'users' | 'appRecords' | 'notifier' | 'loginAudit'>,
): Grants => {
  const { records, clock, sessions, users, appRecords, notifier, loginAudit } = parts;
  const stored = createCollection(records, clock, grantKind);
  const sessionRecords = createCollection(records, clock, sessionKind);

  /** Of several that end one login at once, one writes the row; user and app must still be there for it to name them. */
  const endLiving = async (sessionId: string): Promise<void> => {
    const session = await sessions.get(sessionId);
    if (session === null) return;
    const { userId, appId } = session;
    const writes = [
      sessionRecords.delete(sessionId, 'present'),
      users.checkPresent(userId),
      appRecords.check(appId, 'present'),
      ...(await loginAudit.end({ userId, appId, address: null })),
    ];
    await records.transact(writes, clock.now());
  };

  const endSession = async (sessionId: string): Promise<void> => {
    await endLiving(sessionId);
    for (;;) {
      const found = await records.find(grantKind.name, 'session', sessionId, { after: null, limit: page });
      // With the session first of all, so that a crash in between leaves nothing that works.
      const writes = [sessionRecords.delete(sessionId), ...found.map(({ key }) => stored.delete(key))];
      await records.transact(writes, clock.now());
      if (found.length < page) break;
    }
    notifier.publish({ topic: 'access' });
  };

  return {
    async begin(grantId, user, app, { key, isRefreshable, address }) {
      const now = clock.now();
      const entries = await loginAudit.success({ userId: user.key, appId: app.key, address });
      const opened = await sessions.open(user, app, entries, {
        id: toSessionId(grantId),
        endsAt: now + (isRefreshable ? lifetimes.refreshableLogin : lifetimes.login) * 1000,
        // A little longer than its code, for the clocks of several nodes.
        expiresAt: now + 2 * lifetimes.authorizationCode * 1000,
        isRefreshable,
        key,
      });
      if (opened !== null && opened.ended > 0) notifier.publish({ topic: 'access' });
      return opened !== null;
    },
    async proceed(grantId) {
      const sessionId = toSessionId(grantId);
      const session = await sessions.get(sessionId);
      const user = session && (await users.get(session.userId));
      const now = clock.now();
      if (!user || user.value.disabled || session.endsAt <= now) return null;
      const kept = session.isRefreshable ? lifetimes.refreshToken : limits.tokenLifetime;
      const expiresAt = Math.min(now + kept * 1000, session.endsAt);
      if (!(await sessions.extend(sessionId, session, expiresAt))) return null;
      const left = Math.max(1, Math.floor((session.endsAt - now) / 1000));
      return { sessionId, session, user: user.value, tokenLifetime: Math.min(lifetimes.accessToken, left) };
    },
    end: (grantId) => endSession(toSessionId(grantId)),
    endSession,
  };
};
