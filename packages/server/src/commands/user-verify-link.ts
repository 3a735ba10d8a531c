import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';

export const userVerifyLink = (): Command =>
  administrativeCommand('verify-link', 'Make a link by which a user confirms the e-mail address. It works for a day.')
    .argument('<user>', 'e-mail address or id')
    .action((emailOrId: string, flags: CommonFlags) =>
      administer(flags, async ({ users, accounts }) => {
        const { id } = await findUser(users, emailOrId);
        const link = await accounts.verification.createLink(id);
        print(flags, { user_id: id, link }, [link]);
      }),
    );
