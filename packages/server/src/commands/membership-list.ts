import type { Membership, MembershipPage } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findUser } from '../find-user.js';
import { toMembershipRow, toMembershipView } from '../membership-view.js';
import { print, toColumns } from '../print.js';
import { addProductOptions, type ProductFlags, toProduct } from '../product-options.js';

interface ListFlags extends CommonFlags, ProductFlags {
  readonly user?: string;
}

const page = 100;

export const membershipList = (): Command =>
  addProductOptions(administrativeCommand('list', 'List purchases and memberships, also those that are over.'))
    .option('--user <user>', 'only those of this user: e-mail address or id')
    .action((flags: ListFlags) =>
      administer(flags, async ({ users, memberships }) => {
        const userId = flags.user === undefined ? undefined : (await findUser(users, flags.user)).id;
        const filter = { userId, product: toProduct(flags) };
        const listed: Membership[] = [];
        let after: string | null = null;
        do {
          const found: MembershipPage = await memberships.list(filter, { after, limit: page });
          listed.push(...found.memberships);
          after = found.next;
        } while (after !== null);
        print(flags, listed.map(toMembershipView), toColumns(listed.map(toMembershipRow)));
      }),
    );
