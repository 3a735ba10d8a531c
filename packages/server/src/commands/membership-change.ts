import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { toMembershipRow, toMembershipView } from '../membership-view.js';
import { print, toColumns } from '../print.js';
import { Refusal } from '../refusal.js';
import { addTermsOptions, type TermsFlags, toTerms } from '../terms-options.js';

interface ChangeFlags extends CommonFlags, TermsFlags {
  readonly now?: true;
}

export const membershipChange = (): Command =>
  addTermsOptions(administrativeCommand('change', 'Renew, shorten or end what a user has.'))
    .argument('<user>', 'e-mail address or id')
    .argument('<membership>', 'its id, as "synckeep membership list" shows it')
    .option('--now', 'end it at once and without grace')
    .action((emailOrId: string, membershipId: string, flags: ChangeFlags) =>
      administer(flags, async ({ users, memberships }) => {
        const now = Date.now();
        const said = toTerms(flags, now);
        const terms = flags.now ? { ...said, endsAt: now, graceSeconds: 0 } : said;
        if (Object.keys(terms).length === 0)
          throw new Refusal('Say what to change. "synckeep membership change --help" lists it.');
        const { id } = await findUser(users, emailOrId);
        const changed = await memberships.change(id, membershipId.toLowerCase(), terms, operator);
        if (!changed) {
          const list = `synckeep membership list --user ${emailOrId}`;
          throw new Refusal(`The user has no membership "${membershipId}". "${list}" shows all of them.`);
        }
        print(flags, toMembershipView(changed), toColumns([toMembershipRow(changed)]));
      }),
    );
