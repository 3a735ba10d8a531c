import type { Found, RecordPut } from '@synckeep/core';
import type { UserRecord } from '../user-kind.js';
import type { Users } from '../users.js';
import type { Link } from './link-kind.js';
import type { Links } from './links.js';

/** Links of users who are there: they prove to read the mail of the address that the account has. */
export interface UserLinks {
  /** With `entries` of the audit log, at one moment. null when there is no such user, or a disabled one. */
  create(
    purpose: Link['purpose'],
    userId: string,
    seconds: number,
    ...entries: readonly RecordPut[]
  ): Promise<{ readonly email: string; readonly token: string } | null>;
  /** null when the link does not work any more, for example because the user has another address since. */
  open(
    purpose: Link['purpose'],
    token: string,
  ): Promise<{ readonly link: Found<Link>; readonly user: Found<UserRecord> } | null>;
}

export const createUserLinks = (users: Users, links: Links): UserLinks => {
  const find = async (userId: string | null): Promise<Found<UserRecord> | null> => {
    const user = userId === null ? null : await users.get(userId);
    return user?.value.disabled === false ? user : null;
  };
  return {
    async create(purpose, userId, seconds, ...entries) {
      for (let user = await find(userId); user !== null; user = await find(userId)) {
        const { email } = user.value;
        // Whoever removes a user disables the user first: no link appears behind their back.
        const token = await links.create({ purpose, userId, appId: null, email }, seconds, [
          users.check(user),
          ...entries,
        ]);
        if (token !== null) return { email, token };
      }
      return null;
    },
    async open(purpose, token) {
      const link = await links.find(purpose, token);
      const user = link && (await find(link.value.userId));
      return link && user && user.value.email === link.value.email ? { link, user } : null;
    },
  };
};
