import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';

export const userRevokeTokens = (): Command =>
  administrativeCommand('revoke-tokens', 'End all logins and open streams of a user within 2 seconds.')
    .argument('<user>', 'e-mail address or id')
    .action((emailOrId: string, flags: CommonFlags) =>
      administer(flags, async ({ users }) => {
        const { id } = await findUser(users, emailOrId);
        await users.revokeTokens(id);
        print(flags, { user_id: id }, [`The tokens of ${id} are revoked.`]);
      }),
    );
