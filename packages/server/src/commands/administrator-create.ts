import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { readPassword } from '../password.js';
import { print } from '../print.js';

interface CreateFlags extends CommonFlags {
  readonly existing?: true;
  readonly passwordStdin?: true;
}

export const administratorCreate = (): Command =>
  administrativeCommand('create', 'Make an administrator: a new user, or with --existing one who is there.')
    .argument('<user>', 'e-mail address; with --existing an id will do')
    .option('--existing', 'that the user is there and keeps their password')
    .option('--password-stdin', 'read the password from standard input instead of asking for it')
    .action(async (emailOrId: string, flags: CreateFlags) => {
      const password = flags.existing ? '' : await readPassword({ fromStdin: flags.passwordStdin === true });
      await administer(flags, async ({ users, accounts }) => {
        const who = flags.existing ? { userId: (await findUser(users, emailOrId)).id } : { email: emailOrId, password };
        const { administrator, isNew } = await accounts.administrators.add(who, operator);
        print(flags, { administrator_id: administrator.id, email: administrator.email, new: isNew }, [
          `administrator_id  ${administrator.id}`,
          ...(isNew ? [] : [`${administrator.email} is an administrator already.`]),
        ]);
      });
    });
