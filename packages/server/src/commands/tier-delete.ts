import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print } from '../print.js';
import { slug } from '../product-options.js';
import { Refusal } from '../refusal.js';

export const tierDelete = (): Command =>
  administrativeCommand('delete', 'Remove a tier. Memberships of it open nothing any more.')
    .argument('<id>', 'the id of the tier', slug)
    .action((id: string, flags: CommonFlags) =>
      administer(flags, async ({ memberships }) => {
        if (!(await memberships.deleteTier(id, operator)))
          throw new Refusal(`There is no tier "${id}". "synckeep tier list" shows all of them.`);
        print(flags, { id }, [`Removed ${id}.`]);
      }),
    );
