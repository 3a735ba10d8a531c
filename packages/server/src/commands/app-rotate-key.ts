import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { parseDuration } from '../duration.js';
import { findApp } from '../find-app.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface RotateFlags extends CommonFlags {
  /** Seconds. */
  readonly overlap: number;
}

export const appRotateKey = (): Command =>
  administrativeCommand('rotate-key', 'Give an app a new API key. The old one, and every token issued under it, ends.')
    .argument('<app>', 'id, or name if only one app has it')
    .option(
      '--overlap <time>',
      'how long the old key goes on working, such as 24h (default: not at all)',
      optionValue(parseDuration, 'a time of at most a year, such as 30m, 24h or 7d'),
      0,
    )
    .action((idOrName: string, flags: RotateFlags) =>
      administer(flags, async ({ server }) => {
        const { id } = await findApp(server.apps, idOrName);
        const rotated = await server.apps.rotateKey(id, { overlapSeconds: flags.overlap });
        if (!rotated) throw new Refusal(`The app "${idOrName}" was deleted meanwhile.`);
        print(flags, { app_id: id, api_key: rotated.apiKey }, [
          `app_id   ${id}`,
          `api_key  ${rotated.apiKey}`,
          'Keep the API key: it is shown this once.',
        ]);
      }),
    );
