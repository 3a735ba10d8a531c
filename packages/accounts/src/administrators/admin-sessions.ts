import {
  type AdminRequest,
  type Clock,
  createCollection,
  digest,
  type Found,
  type Log,
  type Random,
  type RecordPut,
  type Records,
  randomHex,
} from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import { readCookies, toCookie } from '../pages/cookies.js';
import { toPlace } from '../pages/place.js';
import type { UserRecord } from '../user-kind.js';
import type { Users } from '../users.js';
import { adminSessionKind } from './admin-session-kind.js';
import type { Role, Roles } from './roles.js';

/** Sign-ins of administrators (P-172). */
export interface AdminSessions {
  /** The user that a request is signed in for, as of this moment; null when it is for nobody. Keeps the session alive. */
  find(request: AdminRequest): Promise<Found<UserRecord> | null>;
  /**
   * Begins a session for somebody who has proved who they are, second factor included, with the rows of the audit log.
   * Ends the one that the request came with.
   * @returns the cookie; null when user or role are no longer as they were found: nothing was written
   */
  open(
    request: AdminRequest,
    user: Found<UserRecord>,
    role: Role,
    entries: readonly RecordPut[],
  ): Promise<string | null>;
  /**
   * Ends the session of a request, with the rows of the audit log that name its user.
   * @returns the cookie that removes its cookie
   */
  end(request: AdminRequest, user: Found<UserRecord> | null, entries: readonly RecordPut[]): Promise<string>;
  /** Ends all sessions of a user. Safe to repeat. */
  endAllOf(userId: string): Promise<void>;
}

const page = 100;
const idle = limits.adminSessionIdle * 1000;
/** Milliseconds after which a session is kept longer: not a write for each request. */
const step = 5 * 60_000;

export const createAdminSessions = (deps: {
  readonly records: Records;
  readonly users: Users;
  readonly roles: Roles;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly publicUrl: () => string;
}): AdminSessions => {
  const { records, users, roles, clock, random, log, publicUrl } = deps;
  const sessions = createCollection(records, clock, adminSessionKind);

  /** The prefix makes a browser refuse the cookie from anybody but this very host, over TLS. */
  const toName = (isSecure: boolean) => `${isSecure ? '__Host-' : ''}synckeep_admin`;

  const toSetCookie = (token: string, maxAge: number): string => {
    const { isSecure } = toPlace(publicUrl());
    return toCookie(toName(isSecure), token, { path: '/', maxAge, secure: isSecure, sameSite: 'Strict' });
  };

  const toKey = (request: AdminRequest): string | null => {
    const header = request.header('cookie');
    if (header === undefined) return null;
    const token = readCookies(header).get(toName(toPlace(publicUrl()).isSecure));
    return token === undefined ? null : digest(token);
  };

  const keepAlive = async ({ key, value, version, expiresAt }: Awaited<ReturnType<typeof sessions.get>> & object) => {
    const until = Math.min(clock.now() + idle, value.endsAt);
    if (until - (expiresAt ?? until) < step) return;
    try {
      // Another request may have been faster, or have ended it: then it stays as that one left it.
      await records.transact([sessions.put(key, value, { condition: version, expiresAt: until })], clock.now());
    } catch (error) {
      // A full disk is when an administrator needs to look.
      log.warn({ err: error, userId: value.userId }, 'The session of an administrator could not be kept longer.');
    }
  };

  return {
    async find(request) {
      const key = toKey(request);
      const session = key === null ? null : await sessions.get(key);
      if (!session) return null;
      const { userId, generation, since } = session.value;
      const [user, role] = await Promise.all([users.get(userId), roles.get(userId)]);
      if (!user || user.value.disabled || user.value.generation !== generation || role?.value.since !== since)
        return null;
      await keepAlive(session);
      return user;
    },
    async open(request, user, role, entries) {
      const token = randomHex(random, 32);
      const before = toKey(request);
      const now = clock.now();
      const { generation } = user.value;
      const endsAt = now + limits.adminSessionLifetime * 1000;
      const session = { userId: user.key, generation, since: role.value.since, endsAt };
      const { done } = await records.transact(
        [
          // Whoever disables a user or takes a role away changes its record first: no session appears behind their back.
          users.check(user),
          roles.check(role),
          ...(before === null ? [] : [sessions.delete(before)]),
          sessions.put(digest(token), session, { condition: 'absent', expiresAt: now + idle }),
          ...entries,
        ],
        now,
      );
      return done ? toSetCookie(token, limits.adminSessionLifetime) : null;
    },
    async end(request, user, entries) {
      const key = toKey(request);
      if (key !== null) {
        const named = user ? [users.checkPresent(user.key), ...entries] : [];
        const { done } = await records.transact([...named, sessions.delete(key)], clock.now());
        // The user is gone: a row that names them would outlive the erasing.
        if (!done) await records.transact([sessions.delete(key)], clock.now());
      }
      return toSetCookie('', 0);
    },
    async endAllOf(userId) {
      for (;;) {
        const found = await records.find(adminSessionKind.name, 'user', userId, { after: null, limit: page });
        if (found.length === 0) return;
        await records.transact(
          found.map(({ key }) => sessions.delete(key)),
          clock.now(),
        );
      }
    },
  };
};
