import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { slug } from '../product-options.js';
import { parseSize } from '../size.js';
import { toTierRow, toTierView } from '../tier-view.js';

interface PutFlags extends CommonFlags {
  readonly label: string;
  readonly item?: string;
  readonly blobLimit?: number;
  readonly bytesLimit?: number;
}

const size = optionValue(parseSize, 'a number of bytes, such as 1073741824 or 1GiB');

export const tierPut = (): Command =>
  administrativeCommand('put', 'Make a tier of membership with caps of its own, or replace it.')
    .argument('<id>', 'what links and payment providers call it', slug)
    .requiredOption('--label <label>', 'what people call it')
    .option('--item <id>', 'an item that members of this tier have too', slug)
    .option('--blob-limit <size>', 'the size of one blob; only the limits of app and server when left out', size)
    .option('--bytes-limit <size>', 'what one member may store in one app; likewise', size)
    .action((id: string, { label, item, blobLimit, bytesLimit, ...flags }: PutFlags) =>
      administer(flags, async ({ memberships }) => {
        const caps = { blobLimit: blobLimit ?? null, bytesLimit: bytesLimit ?? null };
        const tier = { id, label: toAppName(label), itemId: item ?? null, ...caps };
        await memberships.putTier(tier, operator);
        print(flags, toTierView(tier), [toTierRow(tier).join('  ')]);
      }),
    );
