import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

export const administratorRemove = (): Command =>
  administrativeCommand('remove', 'Make an administrator an ordinary user again; the user stays.')
    .argument('<user>', 'e-mail address or id')
    .action((emailOrId: string, flags: CommonFlags) =>
      administer(flags, async ({ users, accounts }) => {
        const { id, email } = await findUser(users, emailOrId);
        if (!(await accounts.administrators.remove(id, operator)))
          throw new Refusal(`${email} is no administrator. "synckeep administrator list" shows all of them.`);
        print(flags, { administrator_id: id }, [`${email} is no administrator any more.`]);
      }),
    );
