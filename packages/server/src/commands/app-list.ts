import type { App } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppView } from '../app-view.js';
import { print, toColumns, toTime } from '../print.js';

const page = 100;

export const appList = (): Command =>
  administrativeCommand('list', 'List the apps with the visible beginnings of their API keys.').action(
    (flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        const apps: App[] = [];
        for (let after: string | null = null; ; ) {
          const found = await server.apps.list({ after, limit: page });
          apps.push(...found);
          after = found.at(-1)?.id ?? null;
          if (found.length < page) break;
        }
        const rows = apps.map((app) => [
          app.id,
          app.name,
          app.keys.map(({ prefix }) => `${prefix}…`).join(' '),
          toTime(app.createdAt),
          app.paused ? 'paused' : '',
        ]);
        print(flags, apps.map(toAppView), toColumns(rows));
      }),
  );
