import {
  type Clock,
  createCollection,
  type FindOptions,
  type Found,
  type RecordDelete,
  type RecordPut,
  type Records,
  type RecordWrite,
} from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { z } from 'zod';
import type { UserRecord } from '../user-kind.js';
import type { Users } from '../users.js';
import { administratorKind, administratorRollKind } from './administrator-kind.js';

export type Role = Found<z.infer<typeof administratorKind.schema>>;

/** Who of the built-in users is an administrator. */
export interface Roles {
  get(userId: string): Promise<Role | null>;
  isAny(): Promise<boolean>;
  /** Whether anybody beside this user could sign in as an administrator. */
  isAnyBeside(userId: string): Promise<boolean>;
  /** In order of user id, with their users. */
  list(page: FindOptions): Promise<readonly (readonly [Role, Found<UserRecord>])[]>;
  /**
   * For the transaction of every change of who is one, to be asked for before anything is looked at: the transaction is
   * refused when another change came between.
   */
  guard(): Promise<RecordPut>;
  /**
   * For the transaction that disables a user, as `guard`; nothing when the user is no administrator.
   * @throws SyncError `last_administrator` when nobody else could sign in as one
   */
  guardDisabling(userId: string): Promise<readonly RecordWrite[]>;
  toPut(userId: string): RecordPut;
  toDelete(role: Pick<Role, 'key' | 'version'>): RecordDelete;
  /** For whatever is begun because of a role: it is still the same one. */
  check(role: Role): RecordWrite;
  /** Writes that remove the role of a user, for the transaction that removes the user. */
  removal(userId: string): readonly RecordWrite[];
}

const rollKey = 'roll';
const pageSize = 100;

export const createRoles = (records: Records, users: Users, clock: Clock): Roles => {
  const roles = createCollection(records, clock, administratorKind);
  const rolls = createCollection(records, clock, administratorRollKind);

  const list: Roles['list'] = async (page) => {
    const found = await roles.find('all', '', page);
    const owners = await Promise.all(found.map(({ key }) => users.get(key)));
    return found.flatMap((role, at) => {
      const user = owners[at];
      return user ? [[role, user] as const] : [];
    });
  };

  const isAnyBeside: Roles['isAnyBeside'] = async (userId) => {
    for (let after: string | null = null; ; ) {
      const found = await roles.find('all', '', { after, limit: pageSize });
      for (const { key } of found) {
        const user = key === userId ? null : await users.get(key);
        if (user && !user.value.disabled) return true;
      }
      after = found.at(-1)?.key ?? null;
      if (found.length < pageSize) return false;
    }
  };

  const guard: Roles['guard'] = async () => {
    const roll = await rolls.get(rollKey);
    return rolls.put(rollKey, { changedAt: clock.now() }, { condition: roll?.version ?? 'absent' });
  };

  return {
    list,
    get: (userId) => roles.get(userId),
    isAny: async () => (await roles.find('all', '', { after: null, limit: 1 })).length > 0,
    isAnyBeside,
    guard,
    async guardDisabling(userId) {
      const write = await guard();
      if ((await roles.get(userId)) === null) return [];
      if (!(await isAnyBeside(userId))) throw new SyncError('last_administrator');
      return [write];
    },
    toPut: (userId) => roles.put(userId, { since: clock.now() }, { condition: 'absent' }),
    toDelete: ({ key, version }) => roles.delete(key, version),
    check: ({ key, version }) => roles.check(key, version),
    removal: (userId) => [roles.delete(userId)],
  };
};
