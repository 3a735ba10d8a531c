import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { eachPage } from '../each-page.js';
import { print, toColumns } from '../print.js';
import { toTierRow, toTierView } from '../tier-view.js';

export const tierList = (): Command =>
  administrativeCommand('list', 'List the tiers of membership.').action((flags: CommonFlags) =>
    administer(flags, async ({ memberships }) => {
      const tiers = await eachPage(memberships.listTiers);
      print(flags, tiers.map(toTierView), toColumns(tiers.map(toTierRow)));
    }),
  );
