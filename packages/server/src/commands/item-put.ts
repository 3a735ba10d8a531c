import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { print } from '../print.js';
import { slug } from '../product-options.js';
import { Refusal } from '../refusal.js';

interface PutFlags extends CommonFlags {
  readonly name: string;
  readonly paid?: true;
  readonly free?: true;
}

export const itemPut = (): Command =>
  administrativeCommand('put', 'Make an item that apps can be linked to, or replace it.')
    .argument('<id>', 'what links and payment providers call it', slug)
    .requiredOption('--name <name>', 'what people call it')
    .option('--paid', 'syncing a linked app needs a purchase, or a membership of one of its tiers (default)')
    .option('--free', 'linked apps are open to everybody')
    .action((id: string, flags: PutFlags) =>
      administer(flags, async ({ memberships }) => {
        if (flags.paid && flags.free) throw new Refusal('Say either --paid or --free.');
        const item = { id, name: toAppName(flags.name), paid: !flags.free };
        await memberships.putItem(item, operator);
        print(flags, item, [`${id}  ${item.name}  ${item.paid ? 'paid' : 'free'}`]);
      }),
    );
