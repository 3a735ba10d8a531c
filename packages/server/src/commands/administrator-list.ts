import type { ListedAdministrator } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print, toColumns, toTime } from '../print.js';

const page = 100;

const toView = ({ id, email, createdAt }: ListedAdministrator) => ({
  ...{ administrator_id: id, email, created_at: toTime(createdAt) },
});

export const administratorList = (): Command =>
  administrativeCommand('list', 'List the administrators.').action((flags: CommonFlags) =>
    administer(flags, async ({ accounts }) => {
      const listed: ListedAdministrator[] = [];
      for (let after: string | null = null; ; ) {
        const found: readonly ListedAdministrator[] = await accounts.administrators.list({ after, limit: page });
        listed.push(...found);
        after = found.at(-1)?.id ?? null;
        if (found.length < page) break;
      }
      const rows = listed.map(({ id, email, createdAt }) => [id, email, toTime(createdAt)]);
      print(flags, listed.map(toView), toColumns(rows));
    }),
  );
