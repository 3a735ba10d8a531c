import type { Command } from 'commander';
import { administrativeCommand, type CommonFlags } from '../administer.js';
import { readAdministration } from '../configuration.js';
import { createLogger } from '../logger.js';
import { openDatabase } from '../open-parts.js';
import { planMigrations } from '../plan-migrations.js';
import { print } from '../print.js';

interface MigrateFlags extends CommonFlags {
  readonly plan?: boolean;
}

export const migrate = (): Command =>
  administrativeCommand('migrate', 'Bring the database to the schema of this release, as every start does by itself.')
    .option('--plan', 'only say what would be applied')
    .action(async (flags: MigrateFlags) => {
      const { logLevel, ...parts } = readAdministration(process.env, flags);
      const log = await createLogger(logLevel);
      const { schema, pending } = await planMigrations(parts, log);
      if (!flags.plan) await (await openDatabase(parts, log)).close();
      const verb = flags.plan ? 'Would apply' : 'Applied';
      const lines = pending.map((name, index) => `${verb} ${schema + index + 1} (${name}).`);
      const isDone = lines.length === 0;
      print(
        flags,
        { schema: flags.plan ? schema : schema + pending.length, [flags.plan ? 'pending' : 'applied']: pending },
        isDone ? [`Nothing to do: the database has schema ${schema}.`] : lines,
      );
    });
