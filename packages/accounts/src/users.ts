import {
  type Clock,
  createCollection,
  type Found,
  type RecordCheck,
  type RecordPut,
  type Records,
  type RecordWrite,
} from '@synckeep/core';
import { AccountError } from './account-error.js';
import { toComparableEmail, type UserRecord, userKind } from './user-kind.js';

export interface Users {
  /** null when there is none. */
  get(userId: string): Promise<Found<UserRecord> | null>;
  findByEmail(email: string): Promise<Found<UserRecord> | null>;
  /** In order of id. */
  list(after: string | null, limit: number): Promise<readonly Found<UserRecord>[]>;
  /** Those whose address begins so, in order of address as it is compared. @param after such an address */
  listByEmail(prefix: string, after: string | null, limit: number): Promise<readonly Found<UserRecord>[]>;
  /**
   * Adds a user, with `others`, at one moment. @returns false when one of `others` was refused: nothing was written.
   * @throws AccountError `email_taken`, also to all but one of several calls at once.
   */
  add(userId: string, user: UserRecord, others: readonly RecordWrite[]): Promise<boolean>;
  /**
   * Puts `value` in place of the user as found, with `others`, at one moment.
   * @returns false when the user is no longer as found, or `others` were refused: nothing was written.
   * @throws AccountError `email_taken`
   */
  replace(user: Found<UserRecord>, value: UserRecord, others: readonly RecordWrite[]): Promise<boolean>;
  /** Makes the change to the user as it is at that moment, with `entries`. @throws AccountError `unknown_user` */
  change(
    userId: string,
    patch: (user: UserRecord) => UserRecord,
    ...entries: readonly RecordPut[]
  ): Promise<Found<UserRecord>>;
  /** For the transaction of whatever is made for a user: it must not appear behind the back of who removes the user. */
  checkPresent(userId: string): RecordCheck;
  /** The same, and that the user is still as found. */
  check(user: Found<UserRecord>): RecordCheck;
  /**
   * Removes the user and what `others` remove, at one moment.
   * @returns false when the user is no longer as it was found: nothing was removed.
   */
  remove(user: Found<UserRecord>, others: readonly RecordWrite[]): Promise<boolean>;
}

export const createUsers = (records: Records, clock: Clock): Users => {
  const users = createCollection(records, clock, userKind);
  return {
    get: (userId) => users.get(userId),
    async findByEmail(email) {
      const [user] = await users.find('email', toComparableEmail(email), { after: null, limit: 1 });
      return user ?? null;
    },
    list: (after, limit) => users.find('all', '', { after, limit }),
    listByEmail: (prefix, after, limit) => users.findByPrefix('email', toComparableEmail(prefix), { after, limit }),
    async add(userId, user, others) {
      const put = users.put(userId, user, { condition: 'absent' });
      const result = await records.transact([put, ...others], clock.now());
      if (!result.done && result.failed === 0) throw new AccountError('email_taken');
      return result.done;
    },
    async replace({ key, version }, value, others) {
      const result = await records.transact([users.put(key, value, { condition: version }), ...others], clock.now());
      if (!result.done && result.failed === 0 && result.reason === 'unique') throw new AccountError('email_taken');
      return result.done;
    },
    async change(userId, patch, ...entries) {
      for (;;) {
        const found = await users.get(userId);
        if (found === null) throw new AccountError('unknown_user');
        const value = patch(found.value);
        const write = users.put(userId, value, { condition: found.version });
        const { done } = await records.transact([write, ...entries], clock.now());
        if (done) return { ...found, value, version: found.version + 1 };
      }
    },
    check: ({ key, version }) => users.check(key, version),
    checkPresent: (userId) => users.check(userId, 'present'),
    async remove(user, others) {
      return (await records.transact([users.delete(user.key, user.version), ...others], clock.now())).done;
    },
  };
};
