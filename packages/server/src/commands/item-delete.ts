import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print } from '../print.js';
import { slug } from '../product-options.js';
import { Refusal } from '../refusal.js';

export const itemDelete = (): Command =>
  administrativeCommand('delete', 'Remove an item. Apps that are linked to it count as linked to something paid.')
    .argument('<id>', 'the id of the item', slug)
    .action((id: string, flags: CommonFlags) =>
      administer(flags, async ({ memberships }) => {
        if (!(await memberships.deleteItem(id, operator)))
          throw new Refusal(`There is no item "${id}". "synckeep item list" shows all of them.`);
        print(flags, { id }, [`Removed ${id}.`]);
      }),
    );
