import type { User } from '@synckeep/accounts';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print, toColumns, toTime } from '../print.js';

const page = 100;

const toView = ({ id, email, disabled, createdAt, verifiedAt }: User) => ({
  user_id: id,
  email,
  disabled,
  created_at: toTime(createdAt),
  verified_at: verifiedAt === null ? null : toTime(verifiedAt),
});

export const userList = (): Command =>
  administrativeCommand('list', 'List the users.').action((flags: CommonFlags) =>
    administer(flags, async ({ users }) => {
      const listed: User[] = [];
      for (let after: string | null = null; ; ) {
        const found = await users.list({ after, limit: page });
        listed.push(...found);
        after = found.at(-1)?.id ?? null;
        if (found.length < page) break;
      }
      const rows = listed.map((user) => [user.id, user.email, toTime(user.createdAt), user.disabled ? 'disabled' : '']);
      print(flags, listed.map(toView), toColumns(rows));
    }),
  );
