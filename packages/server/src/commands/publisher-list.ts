import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findApp } from '../find-app.js';
import { print, toColumns, toTime } from '../print.js';

export const publisherList = (): Command =>
  administrativeCommand('list', 'List the publishing tokens of an app, by what they are for.')
    .argument('<app>', 'id, or name if only one app has it')
    .action((idOrName: string, flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        const { id: appId } = await findApp(server.apps, idOrName);
        const tokens = (await server.publishingTokens.list(appId)).map(({ id, label, createdAt, expiresAt }) => ({
          token_id: id,
          label,
          created_at: toTime(createdAt),
          expires_at: expiresAt === null ? null : toTime(expiresAt),
        }));
        const rows = tokens.map(({ token_id, label, created_at, expires_at }) => [
          token_id,
          label,
          created_at,
          expires_at ?? '-',
        ]);
        print(flags, tokens, toColumns(rows));
      }),
    );
