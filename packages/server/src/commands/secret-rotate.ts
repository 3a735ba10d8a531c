import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print } from '../print.js';

interface RotateFlags extends CommonFlags {
  readonly dropOld?: true;
}

export const secretRotate = (): Command =>
  administrativeCommand('rotate', 'Make a new signing secret. What the old ones signed stays valid until it expires.')
    .option('--drop-old', 'after a theft: end the old secrets, and with them every login and signed URL')
    .action((flags: RotateFlags) =>
      administer(flags, async ({ rotateSecret }) => {
        const id = await rotateSecret({ dropOld: flags.dropOld === true });
        print(flags, { secret_id: id }, [`The secret ${id} signs from now on.`]);
      }),
    );
