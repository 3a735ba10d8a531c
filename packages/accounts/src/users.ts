import {
  type Clock,
  createCollection,
  type Found,
  type RecordCheck,
  type RecordPut,
  type Records,
} from '@synckeep/core';
import { AccountError } from './account-error.js';
import { toComparableEmail, type UserRecord, userKind } from './user-kind.js';

export interface Users {
  /** null when there is none. */
  get(userId: string): Promise<Found<UserRecord> | null>;
  findByEmail(email: string): Promise<Found<UserRecord> | null>;
  /** In order of id. */
  list(after: string | null, limit: number): Promise<readonly Found<UserRecord>[]>;
  /** With the row of the audit log. @throws AccountError `email_taken`, also to all but one of several calls at once. */
  add(userId: string, user: UserRecord, entry: RecordPut): Promise<void>;
  /** Makes the change to the user as it is at that moment, with `entries`. @throws AccountError `unknown_user` */
  change(
    userId: string,
    patch: (user: UserRecord) => UserRecord,
    ...entries: readonly RecordPut[]
  ): Promise<Found<UserRecord>>;
  /** Holds while the user is as it was found. */
  check(user: Found<UserRecord>): RecordCheck;
  /** @returns false when the user is no longer as it was found: nothing was removed. */
  remove(user: Found<UserRecord>): Promise<boolean>;
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
    async add(userId, user, entry) {
      const { done } = await records.transact([users.put(userId, user, { condition: 'absent' }), entry], clock.now());
      if (!done) throw new AccountError('email_taken');
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
    async remove(user) {
      return (await records.transact([users.delete(user.key, user.version)], clock.now())).done;
    },
  };
};
