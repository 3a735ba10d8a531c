import {
  type Audit,
  type AuditEntry,
  type AuditOrigin,
  type Clock,
  type Found,
  forgetInAudit,
  type Log,
  type Notifier,
  operator,
  type Random,
  type RecordPut,
  type Records,
  type RecordWrite,
} from '@synckeep/core';
import { AccountError } from './account-error.js';
import { checkEmail } from './check-email.js';
import { endLinksOf } from './links/links.js';
import type { NewUsers } from './new-users.js';
import type { PasswordHasher } from './password-hasher.js';
import { checkPassword } from './password-rules.js';
import { endSessionsOf } from './sessions.js';
import { toComparableEmail, type UserRecord } from './user-kind.js';
import type { Users } from './users.js';

export interface User {
  /** A UUID. */
  readonly id: string;
  readonly email: string;
  readonly disabled: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When it was proved that the user reads the mail of this address; null: never yet. */
  readonly verifiedAt: number | null;
}

/**
 * Administration of the built-in users. Every call is durable when it resolves and known to every process within 2 s.
 * Calls that name a user who is not there throw AccountError `unknown_user`.
 */
export interface UserAdministration {
  /**
   * @param email trimmed, then kept in its letter case; compared without it.
   * @throws AccountError `invalid_email`, `email_taken`, or what is wrong with the password (`password_…`); SyncError
   * `unavailable` when too many passwords wait to be hashed.
   */
  create(email: string, password: string): Promise<User>;
  /** In order of id, after `after`; 100 unless told otherwise. */
  list(options?: { readonly after?: string | null; readonly limit?: number }): Promise<readonly User[]>;
  get(userId: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  /**
   * Never touches the user's sync key. With `revokeTokens` everybody who is logged in has to log in again.
   * @throws as `create`
   */
  setPassword(userId: string, password: string, options: { readonly revokeTokens: boolean }): Promise<void>;
  /**
   * Ends links that went to the former address. `isVerified`: it is known that the user reads the mail of this one.
   * @throws AccountError `invalid_email`, `email_taken`
   */
  setEmail(userId: string, email: string, options: { readonly isVerified: boolean }): Promise<void>;
  /** Every token of the user is refused from now on; the user can log in again. */
  revokeTokens(userId: string): Promise<void>;
  /**
   * Revokes the user's tokens and refuses new logins as if the password were wrong.
   * @param toOthers asked before every try for what is written at the same moment, or refuses
   */
  disable(userId: string, toOthers?: () => Promise<readonly RecordWrite[]>): Promise<void>;
  enable(userId: string): Promise<void>;
  /**
   * Removes the user and all sessions, and the user's id from the audit log. What the user synced is erased by
   * `SyncServer.eraseUser`, which also writes that into the audit log: first `disable`, then that, then this. Safe to
   * repeat after a crash: until the end the user can still be found.
   * @returns false when there was no user.
   */
  remove(userId: string): Promise<boolean>;
  /** The same, for somebody else whom the audit log then names. */
  by(origin: AuditOrigin): UserAdministration;
}

const toUser = ({ key, value }: Pick<Found<UserRecord>, 'key' | 'value'>): User => ({
  id: key,
  email: value.email,
  disabled: value.disabled,
  createdAt: value.createdAt,
  verifiedAt: value.verifiedAt,
});

export const createUserAdministration = (options: {
  readonly records: Records;
  readonly users: Users;
  readonly newUsers: NewUsers;
  /** Writes that remove what belongs to a user, for the transaction that removes the user. */
  readonly belongings: (userId: string) => readonly RecordWrite[];
  readonly hasher: PasswordHasher;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly audit: Audit;
  /** Whom the audit log names; the operator by default. */
  readonly origin?: AuditOrigin;
}): UserAdministration => {
  const {
    records,
    users,
    newUsers,
    belongings,
    hasher,
    notifier,
    clock,
    random,
    log,
    audit,
    origin = operator,
  } = options;

  const toEntry = (action: string, userId: string, details: NonNullable<AuditEntry['details']> = {}): RecordPut =>
    audit.entry({ ...origin, action, appId: null, subject: { kind: 'user', id: userId }, details });

  /** The change revokes by raising the generation; the sessions go afterwards, so that a crash between leaves none alive. */
  const changeAndRevoke = async (
    userId: string,
    patch: Partial<UserRecord>,
    toOthers: () => Promise<readonly RecordWrite[]>,
  ): Promise<Found<UserRecord>> => {
    for (;;) {
      const others = await toOthers();
      const user = await users.get(userId);
      if (user === null) throw new AccountError('unknown_user');
      const value = { ...user.value, ...patch, generation: user.value.generation + 1 };
      if (!(await users.replace(user, value, others))) continue;
      notifier.publish({ topic: 'access' });
      await endSessionsOf(records, clock, 'user', userId);
      return { ...user, value, version: user.version + 1 };
    }
  };

  return {
    async create(email, password) {
      const user = await newUsers.prepare(email, password);
      await users.add(user.key, user.value, [toEntry('user.create', user.key)]);
      log.info({ userId: user.key }, 'user created');
      return toUser(user);
    },
    async list({ after = null, limit = 100 } = {}) {
      return (await users.list(after, limit)).map(toUser);
    },
    async get(userId) {
      const user = await users.get(userId);
      return user && toUser(user);
    },
    async findByEmail(email) {
      const user = await users.findByEmail(toComparableEmail(email));
      return user && toUser(user);
    },
    async setPassword(userId, password, { revokeTokens }) {
      const user = await users.get(userId);
      if (user === null) throw new AccountError('unknown_user');
      await checkPassword(password, user.value.email);
      const passwordHash = await hasher.hash(password);
      const entry = toEntry('user.password', userId, { revoke_tokens: revokeTokens });
      if (revokeTokens) await changeAndRevoke(userId, { passwordHash }, async () => [entry]);
      else await users.change(userId, (user) => ({ ...user, passwordHash }), entry);
      log.info({ userId, revokeTokens }, 'password changed');
    },
    async setEmail(userId, text, { isVerified }) {
      const email = text.trim();
      checkEmail(email);
      const entry = toEntry('user.email', userId, { verified: isVerified });
      for (;;) {
        const user = await users.get(userId);
        if (user === null) throw new AccountError('unknown_user');
        const isSame = toComparableEmail(user.value.email) === toComparableEmail(email);
        const verifiedAt = isVerified ? clock.now() : isSame ? user.value.verifiedAt : null;
        if (await users.replace(user, { ...user.value, email, verifiedAt }, [entry])) break;
      }
      await endLinksOf(records, clock, 'user', userId);
      log.info({ userId }, 'address changed');
    },
    async revokeTokens(userId) {
      await changeAndRevoke(userId, {}, async () => [toEntry('user.revoke_tokens', userId)]);
      log.info({ userId }, 'tokens revoked');
    },
    async disable(userId, toOthers = async () => []) {
      const entry = toEntry('user.disable', userId);
      await changeAndRevoke(userId, { disabled: true }, async () => [entry, ...(await toOthers())]);
      log.info({ userId }, 'user disabled');
    },
    async enable(userId) {
      await users.change(userId, (user) => ({ ...user, disabled: false }), toEntry('user.enable', userId));
      log.info({ userId }, 'user enabled');
    },
    async remove(userId) {
      if ((await users.get(userId)) === null) {
        await forgetInAudit({ records, clock, random }, userId);
        return false;
      }
      // Disabled first, so that no login puts a session behind the sweep; whoever enables the user meanwhile repeats it.
      for (;;) {
        const disabled = await changeAndRevoke(userId, { disabled: true }, async () => []);
        await endLinksOf(records, clock, 'user', userId);
        if (await users.remove(disabled, belongings(userId))) break;
      }
      notifier.publish({ topic: 'access' });
      // Again after what `eraseUser` did: until now a failed login could still name the user.
      await forgetInAudit({ records, clock, random }, userId);
      log.info({ userId }, 'user removed');
      return true;
    },
    by: (source) => createUserAdministration({ ...options, origin: source }),
  };
};
