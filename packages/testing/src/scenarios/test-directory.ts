import type { Audit, AuditOrigin, Clock, DirectoryUser, Records, UserDirectory } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';

/** A user of `createTestAccounts`, as far as an administrator changes one. */
export interface DirectoryEntry {
  readonly id: string;
  email: string;
  isDisabled: boolean;
  verifiedAt: number | null;
  readonly createdAt: number;
  twoFactor: boolean;
}

const comparable = (email: string): string => email.trim().toLowerCase();

/** The users of a test in memory, administered as `UserDirectory` says. */
export const createTestDirectory = <E extends DirectoryEntry>(deps: {
  readonly entries: Map<string, E>;
  readonly create: (email: string, password: string) => E;
  /** Ends every session of a user. */
  readonly endSessions: (userId: string) => void;
  readonly isRegistrationOpen: (appId: string) => Promise<boolean>;
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
}): UserDirectory => {
  const { entries, records, audit, clock } = deps;

  const toUser = ({ id, email, isDisabled, createdAt, verifiedAt, twoFactor }: E): DirectoryUser => ({
    ...{ id, email, isDisabled, createdAt, verifiedAt, hasSecondFactor: twoFactor, isAdministrator: false },
  });

  const find = (userId: string): E => {
    const entry = entries.get(userId);
    if (!entry) throw new SyncError('user_not_found');
    return entry;
  };

  const checkEmail = (email: string, userId: string | null): void => {
    if (!/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email.trim())) throw new SyncError('invalid_email');
    const isTaken = [...entries.values()].some(
      (other) => other.id !== userId && comparable(other.email) === comparable(email),
    );
    if (isTaken) throw new SyncError('email_taken');
  };

  const write = async (action: string, kind: string, id: string, origin: AuditOrigin): Promise<void> => {
    const entry = audit.entry({ ...origin, action, appId: null, subject: { kind, id } });
    await records.transact([entry], clock.now());
  };

  const toLink = (what: string) => ({
    url: `https://sync.example.com/account/${what}?token=${what}`,
    expiresAt: clock.now() + 86_400_000,
  });

  return {
    async list({ email = '', isDisabled }, { after, limit }) {
      const by = (user: E) => (email === '' ? user.id : comparable(user.email));
      const found = [...entries.values()]
        .filter((user) => comparable(user.email).startsWith(comparable(email)))
        .filter((user) => isDisabled === undefined || user.isDisabled === isDisabled)
        .filter((user) => after === null || by(user) > after)
        .sort((a, b) => (by(a) < by(b) ? -1 : 1))
        .slice(0, limit);
      const last = found.at(-1);
      return { users: found.map(toUser), next: last && found.length === limit ? by(last) : null };
    },
    count: async () => entries.size,

    async get(userId) {
      const entry = entries.get(userId);
      return entry ? toUser(entry) : null;
    },
    async create({ email, password }, origin) {
      checkEmail(email, null);
      if (password.length < 8) throw new SyncError('weak_password', { details: { reason: 'password_too_short' } });
      const entry = deps.create(email.trim(), password);
      await write('user.create', 'user', entry.id, origin);
      return toUser(entry);
    },
    async invite({ email, appId }, origin) {
      if (!(await deps.isRegistrationOpen(appId))) throw new SyncError('registration_closed');
      checkEmail(email, null);
      await write('user.invite', 'app', appId, origin);
      return { ...toLink('register'), isSent: false };
    },
    async change(userId, { email, isDisabled }, origin) {
      const entry = find(userId);
      if (email !== undefined && email.trim() !== entry.email) {
        checkEmail(email, userId);
        Object.assign(entry, { email: email.trim(), verifiedAt: null });
        await write('user.email', 'user', userId, origin);
      }
      if (isDisabled !== undefined && isDisabled !== entry.isDisabled) {
        entry.isDisabled = isDisabled;
        if (isDisabled) deps.endSessions(userId);
        await write(isDisabled ? 'user.disable' : 'user.enable', 'user', userId, origin);
      }
      return toUser(entry);
    },
    async revokeTokens(userId, origin) {
      deps.endSessions(find(userId).id);
      await write('user.revoke_tokens', 'user', userId, origin);
    },
    async resetSecondFactor(userId, origin) {
      const entry = find(userId);
      if (entry.twoFactor) await write('second_factor.off', 'user', userId, origin);
      entry.twoFactor = false;
    },
    async createResetLink(userId, origin) {
      if (find(userId).isDisabled) throw new SyncError('user_not_found');
      await write('user.reset_link', 'user', userId, origin);
      return toLink('reset');
    },
    async remove(userId) {
      if (entries.has(userId)) deps.endSessions(userId);
      entries.delete(userId);
    },
    async removeApp() {},
  };
};
