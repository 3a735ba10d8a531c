import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { print } from '../print.js';

export const maintain = (): Command =>
  administrativeCommand('maintain', 'Sweep what is over now, as a running server does every hour by itself.').action(
    (flags: CommonFlags) =>
      administer(flags, async ({ server }) => {
        await server.maintain();
        print(flags, { maintained: true }, ['Swept.']);
      }),
  );
