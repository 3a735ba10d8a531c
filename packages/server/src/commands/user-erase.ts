import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface EraseFlags extends CommonFlags {
  readonly yes?: true;
}

export const userErase = (): Command =>
  administrativeCommand('erase', 'Erase a user and everything that the user stored in every app.')
    .argument('<user>', 'e-mail address or id')
    .option('--yes', 'that this is really meant: nothing brings it back')
    .action((emailOrId: string, flags: EraseFlags) =>
      administer(flags, async ({ users, eraseUser }) => {
        if (!flags.yes)
          throw new Refusal('This erases the user and everything the user stored for good. Say --yes to do it.');
        const { id } = await findUser(users, emailOrId);
        await eraseUser(id);
        print(flags, { user_id: id }, [`Erased ${id}.`]);
      }),
    );
