import type {
  Clock,
  DirectoryUser,
  FindOptions,
  Found,
  Records,
  RecordWrite,
  UserDirectory,
  UserFilter,
} from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { orRefusal } from '../account-refusal.js';
import { type PasswordReset, resetLinkSeconds } from '../recovery/password-reset.js';
import { invitationSeconds, type Registration } from '../registration/registration.js';
import { removeAppSessions } from '../remove-app-sessions.js';
import type { SecondFactor } from '../second-factor/second-factor.js';
import type { UserAdministration } from '../user-administration.js';
import { toComparableEmail, type UserRecord, userKind } from '../user-kind.js';
import type { Users } from '../users.js';

/** Users that are looked at for one page of those who are (or are not) disabled. */
const mostLookedAt = 2_000;

/** The built-in users as the admin API sees them (P-184…P-186). */
export const createDirectory = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly users: Users;
  readonly administration: UserAdministration;
  readonly registration: Registration;
  readonly passwordReset: PasswordReset;
  readonly secondFactor: SecondFactor;
  readonly isAdministrator: (userId: string) => Promise<boolean>;
  /** Writes for the transaction that disables a user. @throws SyncError `last_administrator` */
  readonly guardDisabling: (userId: string) => Promise<readonly RecordWrite[]>;
  readonly hasMail: boolean;
}): UserDirectory => {
  const { records, clock, users, administration, registration, passwordReset, secondFactor, isAdministrator } = deps;

  const toUser = async ({ key, value }: Pick<Found<UserRecord>, 'key' | 'value'>): Promise<DirectoryUser> => {
    const [hasSecondFactor, isOne] = await Promise.all([secondFactor.isOn(key), isAdministrator(key)]);
    const { email, disabled, createdAt, verifiedAt } = value;
    return { id: key, email, isDisabled: disabled, createdAt, verifiedAt, hasSecondFactor, isAdministrator: isOne };
  };

  const find = async (userId: string): Promise<DirectoryUser> => {
    const user = await users.get(userId);
    if (user === null) throw new SyncError('user_not_found');
    return toUser(user);
  };

  const read = ({ email }: UserFilter, { after, limit }: FindOptions): Promise<readonly Found<UserRecord>[]> =>
    email === undefined ? users.list(after, limit) : users.listByEmail(email, after, limit);

  const toCursor = ({ email }: UserFilter, { key, value }: Found<UserRecord>): string =>
    email === undefined ? key : toComparableEmail(value.email);

  return {
    async list(filter, { after, limit }) {
      const fitting: Found<UserRecord>[] = [];
      let next = after;
      for (let seen = 0; seen < mostLookedAt && fitting.length < limit; ) {
        const wanted = filter.isDisabled === undefined ? limit : limit - fitting.length;
        const found = await read(filter, { after: next, limit: wanted });
        fitting.push(...found.filter(({ value }) => (filter.isDisabled ?? value.disabled) === value.disabled));
        const last = found.at(-1);
        next = last === undefined || found.length < wanted ? null : toCursor(filter, last);
        if (next === null) break;
        seen += found.length;
      }
      return { users: await Promise.all(fitting.map(toUser)), next };
    },

    count: () => records.count(userKind.name),

    async get(userId) {
      const user = await users.get(userId);
      return user && toUser(user);
    },

    async create({ email, password }, origin) {
      const { id } = await orRefusal(administration.by(origin).create(email, password));
      return find(id);
    },

    async invite({ email, appId, isSent }, origin) {
      const send = isSent && deps.hasMail;
      const expiresAt = clock.now() + invitationSeconds * 1000;
      const options = { seconds: invitationSeconds, send, origin };
      const url = await orRefusal(registration.invite(appId, email, options));
      return { url, expiresAt, isSent: send };
    },

    async change(userId, { email, isDisabled }, origin) {
      const by = administration.by(origin);
      const user = await find(userId);
      // All or nothing: the address is not changed either where disabling will be refused.
      if (isDisabled === true && !user.isDisabled) await deps.guardDisabling(userId);
      if (email !== undefined && email.trim() !== user.email)
        await orRefusal(by.setEmail(userId, email, { isVerified: false }));
      if (isDisabled === true && !user.isDisabled)
        await orRefusal(by.disable(userId, () => deps.guardDisabling(userId)));
      if (isDisabled === false && user.isDisabled) await orRefusal(by.enable(userId));
      return find(userId);
    },

    revokeTokens: (userId, origin) => orRefusal(administration.by(origin).revokeTokens(userId)),

    async resetSecondFactor(userId, origin) {
      await find(userId);
      await secondFactor.turnOff(userId, origin);
    },

    async createResetLink(userId, origin) {
      const expiresAt = clock.now() + resetLinkSeconds * 1000;
      return { url: await orRefusal(passwordReset.createLink(userId, origin)), expiresAt };
    },

    async remove(userId) {
      await administration.remove(userId);
    },

    removeApp: (appId) => removeAppSessions(records, clock, appId),
  };
};
