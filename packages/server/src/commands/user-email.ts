import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';

interface EmailFlags extends CommonFlags {
  readonly verified?: true;
}

export const userEmail = (): Command =>
  administrativeCommand('email', 'Give a user another e-mail address, without asking either address.')
    .argument('<user>', 'e-mail address or id')
    .argument('<email>', 'the address to log in with from now on; the present one only to say --verified')
    .option('--verified', 'you made sure that the user reads the mail of this address')
    .action((emailOrId: string, email: string, flags: EmailFlags) =>
      administer(flags, async ({ users }) => {
        const { id } = await findUser(users, emailOrId);
        await users.setEmail(id, email, { isVerified: flags.verified === true });
        print(flags, { user_id: id }, [`The e-mail address of ${id} is changed.`]);
      }),
    );
