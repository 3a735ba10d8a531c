import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findApp } from '../find-app.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface DeleteFlags extends CommonFlags {
  readonly yes?: true;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const appDelete = (): Command =>
  administrativeCommand('delete', 'Erase an app with all of its logs, keys and blobs, of every user.')
    .argument('<app>', 'id, or name if only one app has it')
    .option('--yes', 'that this is really meant: nothing brings it back')
    .action((idOrName: string, flags: DeleteFlags) =>
      administer(flags, async ({ server, eraseApp }) => {
        if (!flags.yes)
          throw new Refusal('This erases the app and what its users stored in it for good. Say --yes to do it.');
        // An id goes without the look-up: the app itself is gone first when a deletion was interrupted.
        const id = uuid.test(idOrName) ? idOrName.toLowerCase() : (await findApp(server.apps, idOrName)).id;
        if (!(await eraseApp(id)))
          throw new Refusal(`There is no app "${idOrName}". Whatever was left of it is erased.`);
        print(flags, { app_id: id }, [`Erased ${id}.`]);
      }),
    );
