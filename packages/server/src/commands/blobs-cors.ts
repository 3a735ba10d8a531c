import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { collectOrigin } from '../app-options.js';
import { eachApp } from '../each-app.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface CorsFlags extends CommonFlags {
  readonly origin?: readonly string[];
}

const originsOfApps = (flags: CommonFlags): Promise<readonly string[]> =>
  administer(flags, async ({ server }) => {
    const origins = new Set<string>();
    for await (const app of eachApp(server.apps)) for (const origin of app.origins) origins.add(origin);
    return [...origins].sort();
  });

export const blobsCors = (): Command =>
  administrativeCommand('cors', 'Print the CORS rules that a bucket needs, as JSON for its owner to give it.')
    .option('--origin <url>', 'this web origin rather than those of all apps; say it once for each', collectOrigin)
    .action(async (flags: CorsFlags) => {
      const origins = flags.origin ?? (await originsOfApps(flags));
      if (origins.length === 0) throw new Refusal('No app names a web origin. Name one with --origin.');
      const { corsRules } = await import('@synckeep/s3');
      const rules = corsRules(origins);
      print(flags, rules, [JSON.stringify(rules, null, 2)]);
    });
