import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findAccount } from '../find-account.js';
import { print } from '../print.js';

interface RotateFlags extends CommonFlags {
  readonly app?: string;
  readonly user?: string;
}

export const epochRotate = (): Command =>
  administrativeCommand(
    'rotate',
    'Tell every device that the logs were set back: the step after any restore of a backup.',
  )
    .option('--app <app>', 'only the logs of this app: id, or name if only one app has it')
    .option('--user <user>', 'only the logs of this user: e-mail address or id')
    .action((flags: RotateFlags) =>
      administer(flags, async (composition) => {
        const logs = await composition.server.renewEpochs(await findAccount(composition, flags));
        print(flags, { logs }, [`${logs} ${logs === 1 ? 'log has' : 'logs have'} a new epoch.`]);
      }),
    );
