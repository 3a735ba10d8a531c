import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';

export const userSecondFactorOff = (): Command =>
  administrativeCommand('second-factor-off', 'Turn off the second factor of a user who lost it. Be sure who asks.')
    .argument('<user>', 'e-mail address or id')
    .action((emailOrId: string, flags: CommonFlags) =>
      administer(flags, async ({ users, accounts }) => {
        const { id } = await findUser(users, emailOrId);
        await accounts.secondFactor.turnOff(id);
        print(flags, { user_id: id }, [`The second factor of ${id} is off.`]);
      }),
    );
