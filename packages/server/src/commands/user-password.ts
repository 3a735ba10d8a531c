import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { readPassword } from '../password.js';
import { print } from '../print.js';

interface PasswordFlags extends CommonFlags {
  readonly passwordStdin?: true;
  readonly revokeTokens?: true;
}

export const userPassword = (): Command =>
  administrativeCommand('password', 'Set a new password. The key that encrypts what the user stored does not change.')
    .argument('<user>', 'e-mail address or id')
    .option('--password-stdin', 'read the password from standard input instead of asking for it')
    .option('--revoke-tokens', 'make every device of the user log in again')
    .action(async (emailOrId: string, flags: PasswordFlags) => {
      const password = await readPassword({ fromStdin: flags.passwordStdin === true });
      await administer(flags, async ({ users }) => {
        const { id } = await findUser(users, emailOrId);
        await users.setPassword(id, password, { revokeTokens: flags.revokeTokens === true });
        print(flags, { user_id: id }, [`The password of ${id} is changed.`]);
      });
    });
