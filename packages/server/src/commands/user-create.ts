import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { readPassword } from '../password.js';
import { print } from '../print.js';

interface CreateFlags extends CommonFlags {
  readonly passwordStdin?: true;
}

export const userCreate = (): Command =>
  administrativeCommand('create', 'Make a user who can log in with e-mail and password.')
    .argument('<email>', 'the address to log in with')
    .option('--password-stdin', 'read the password from standard input instead of asking for it')
    .action(async (email: string, flags: CreateFlags) => {
      const password = await readPassword({ fromStdin: flags.passwordStdin === true });
      await administer(flags, async ({ users }) => {
        const user = await users.create(email, password);
        print(flags, { user_id: user.id }, [`user_id  ${user.id}`]);
      });
    });
