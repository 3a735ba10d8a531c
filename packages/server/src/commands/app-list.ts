import type { App } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppView } from '../app-view.js';
import { eachApp } from '../each-app.js';
import { print, toColumns, toTime } from '../print.js';

export const appList = (): Command =>
  administrativeCommand('list', 'List the apps with the visible beginnings of their API keys.').action(
    (flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        const apps: App[] = [];
        for await (const app of eachApp(server.apps)) apps.push(app);
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
