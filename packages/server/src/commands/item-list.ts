import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { eachPage } from '../each-page.js';
import { print, toColumns } from '../print.js';

export const itemList = (): Command =>
  administrativeCommand('list', 'List the items.').action((flags: CommonFlags) =>
    administer(flags, async ({ memberships }) => {
      const items = await eachPage(memberships.listItems);
      print(flags, items, toColumns(items.map(({ id, name, paid }) => [id, name, paid ? 'paid' : 'free'])));
    }),
  );
