import { operator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { toMembershipRow, toMembershipView } from '../membership-view.js';
import { print, toColumns } from '../print.js';
import { addProductOptions, type ProductFlags, toProduct } from '../product-options.js';
import { Refusal } from '../refusal.js';
import { addTermsOptions, type TermsFlags, toTerms } from '../terms-options.js';

interface GrantFlags extends CommonFlags, ProductFlags, TermsFlags {}

export const membershipGrant = (): Command =>
  addTermsOptions(
    addProductOptions(
      administrativeCommand('grant', 'Give a user an item or a tier, from now on unless told otherwise.'),
    ),
  )
    .argument('<user>', 'e-mail address or id')
    .action((emailOrId: string, flags: GrantFlags) =>
      administer(flags, async ({ users, memberships }) => {
        const product = toProduct(flags);
        if (!product) throw new Refusal('Say with --item or --tier what the user gets.');
        const now = Date.now();
        const terms = { startsAt: now, endsAt: null, graceSeconds: 0, ...toTerms(flags, now) };
        const { id } = await findUser(users, emailOrId);
        const membership = await memberships.grant(id, product, terms, operator);
        print(flags, toMembershipView(membership), toColumns([toMembershipRow(membership)]));
      }),
    );
