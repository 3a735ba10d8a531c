import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { toAppName } from '../app-name.js';
import { type AppFlags, addAppOptions, toAppPatch } from '../app-options.js';
import { print } from '../print.js';

export const appCreate = (): Command =>
  addAppOptions(administrativeCommand('create', 'Register an app. Its API key is shown this once.'))
    .argument('<name>', 'what people call the app')
    .action((name: string, flags: CommonFlags & AppFlags) =>
      administer(flags, async ({ server }) => {
        const { app, apiKey } = await server.apps.create({ name: toAppName(name) });
        await server.apps.update(app.id, toAppPatch(flags));
        print(flags, { app_id: app.id, api_key: apiKey }, [
          `app_id   ${app.id}`,
          `api_key  ${apiKey}`,
          'Keep the API key: it is shown this once.',
        ]);
      }),
    );
