import type { AdminToken, AdminTokens } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print, toColumns, toTime } from '../print.js';

const page = 100;

const toView = ({ id, name, prefix, scopes, createdAt, expiresAt }: AdminToken) => ({
  ...{ token_id: id, name, prefix, scopes, created_at: toTime(createdAt) },
  expires_at: expiresAt === null ? null : toTime(expiresAt),
});

export const adminTokenList = (): Command =>
  administrativeCommand('list', 'List the admin tokens with their visible beginnings.').action((flags: CommonFlags) =>
    administer(flags, async ({ server }) => {
      const listed: AdminToken[] = [];
      let after: string | null = null;
      do {
        const found: Awaited<ReturnType<AdminTokens['list']>> = await server.adminTokens.list({ after, limit: page });
        listed.push(...found.tokens);
        after = found.next;
      } while (after !== null);
      const rows = listed.map(({ id, name, prefix, scopes, createdAt, expiresAt }) => [
        ...[id, name, `${prefix}…`, scopes.join(' '), toTime(createdAt)],
        expiresAt === null ? '' : `until ${toTime(expiresAt)}`,
      ]);
      print(flags, listed.map(toView), toColumns(rows));
    }),
  );
