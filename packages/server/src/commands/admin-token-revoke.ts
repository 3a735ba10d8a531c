import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

export const adminTokenRevoke = (): Command =>
  administrativeCommand('revoke', 'End an admin token at once.')
    .argument('<token_id>', 'its id, as "synckeep admin-token list" shows it')
    .action((id: string, flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        if (!(await server.adminTokens.revoke(id.toLowerCase())))
          throw new Refusal(`There is no admin token "${id}". "synckeep admin-token list" shows all of them.`);
        print(flags, { token_id: id }, [`Revoked ${id}.`]);
      }),
    );
