import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';

export const userResetLink = (): Command =>
  administrativeCommand('reset-link', 'Make a link by which a user chooses a new password. It works once, for a day.')
    .argument('<user>', 'e-mail address or id')
    .action((emailOrId: string, flags: CommonFlags) =>
      administer(flags, async ({ users, accounts }) => {
        const { id } = await findUser(users, emailOrId);
        const link = await accounts.passwordReset.createLink(id);
        print(flags, { user_id: id, link }, [link]);
      }),
    );
