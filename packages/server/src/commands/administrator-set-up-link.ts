import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

export const administratorSetUpLink = (): Command =>
  administrativeCommand(
    'set-up-link',
    'Make a link by which the first administrator is made. It works once, for a day.',
  ).action((flags: CommonFlags) =>
    administer(flags, async ({ createSetupLink }) => {
      const link = await createSetupLink();
      if (link === null)
        throw new Refusal('There is an administrator already. "synckeep administrator create" makes another one.');
      print(flags, { link }, [link]);
    }),
  );
