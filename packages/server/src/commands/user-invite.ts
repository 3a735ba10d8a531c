import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { parseDuration } from '../duration.js';
import { findApp } from '../find-app.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface InviteFlags extends CommonFlags {
  readonly app: string;
  /** Seconds. */
  readonly valid: number;
  readonly send?: true;
}

const week = 7 * 86_400;

export const userInvite = (): Command =>
  administrativeCommand('invite', 'Make a link by which somebody registers with this e-mail address.')
    .argument('<email>', 'the address that the account will have')
    .requiredOption('--app <app>', 'the app to register for, by id or name; its registration must not be closed')
    .option(
      '--valid <time>',
      'how long the link works (default: 7d)',
      optionValue(parseDuration, 'a time of at most a year, such as 24h or 7d'),
      week,
    )
    .option('--send', 'send the link to the address, too')
    .action((email: string, flags: InviteFlags) =>
      administer(flags, async ({ server, accounts }) => {
        if (flags.send && !accounts.hasMail)
          throw new Refusal('No mail server is configured: leave --send out and hand the link over yourself.');
        const { id } = await findApp(server.apps, flags.app);
        const link = await accounts.registration.invite(id, email, {
          seconds: flags.valid,
          send: flags.send === true,
        });
        print(flags, { link }, [link]);
      }),
    );
