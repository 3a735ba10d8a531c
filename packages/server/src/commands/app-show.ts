import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppLines, toAppView } from '../app-view.js';
import { findApp } from '../find-app.js';
import { print } from '../print.js';

export const appShow = (): Command =>
  administrativeCommand('show', 'Show everything about an app but its keys.')
    .argument('<app>', 'id, or name if only one app has it')
    .action((idOrName: string, flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        const app = await findApp(server.apps, idOrName);
        print(flags, toAppView(app), toAppLines(app));
      }),
    );
