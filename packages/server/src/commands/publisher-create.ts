import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { parseDuration } from '../duration.js';
import { findApp } from '../find-app.js';
import { optionValue } from '../option-value.js';
import { print, toTime } from '../print.js';
import { Refusal } from '../refusal.js';

interface CreateFlags extends CommonFlags {
  readonly label: string;
  /** Seconds. */
  readonly expires?: number;
}

const parseLabel = (text: string): string | undefined => (/^\S.{0,99}$/.test(text) ? text : undefined);

export const publisherCreate = (): Command =>
  administrativeCommand('create', 'Make a token that publishes releases of one app, for CI. It is shown this once.')
    .argument('<app>', 'id, or name if only one app has it')
    .option('--label <text>', 'what it is for', optionValue(parseLabel, 'a text of at most 100 characters'), 'CI')
    .option(
      '--expires <time>',
      'how long it works, such as 90d (default: until it is revoked)',
      optionValue(parseDuration, 'a time of at most a year, such as 30d or 365d'),
    )
    .action((idOrName: string, { label, ...flags }: CreateFlags) =>
      administer(flags, async ({ server }) => {
        const { id } = await findApp(server.apps, idOrName);
        const expiresAt = flags.expires === undefined ? null : Date.now() + flags.expires * 1000;
        const made = await server.publishingTokens.create(id, { label, expiresAt });
        if (!made) throw new Refusal(`The app "${idOrName}" was deleted meanwhile.`);
        const expires = expiresAt === null ? null : toTime(expiresAt);
        print(flags, { token_id: made.id, token: made.token, expires_at: expires }, [
          `token_id  ${made.id}`,
          `token     ${made.token}`,
          'Keep the token as a secret of your CI: it is shown this once.',
        ]);
      }),
    );
