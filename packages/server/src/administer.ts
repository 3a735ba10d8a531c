import { Command } from 'commander';
import { type Composition, compose } from './compose.js';
import { readAdministration, settings } from './configuration.js';
import { createLogger } from './logger.js';
import type { OutputFlags } from './print.js';

/** Options that every administrative command has. */
export interface CommonFlags extends OutputFlags {
  readonly dataDir?: string;
  readonly logLevel?: string;
}

/** A command that works on the data folder, whether or not a server runs on it. */
export const administrativeCommand = (name: string, summary: string): Command =>
  new Command(name)
    .description(summary)
    .option(settings.dataDir.flag, `${settings.dataDir.summary} (${settings.dataDir.variable})`)
    .option(
      settings.logLevel.flag,
      `${settings.logLevel.summary} (${settings.logLevel.variable}; here warn by default)`,
    )
    .option('--json', 'print one line of JSON, for scripts');

/** Opens the data folder, works, and closes it. */
export const administer = async <T>(flags: CommonFlags, work: (composition: Composition) => Promise<T>): Promise<T> => {
  const { dataDir, blobsFallback, logLevel } = readAdministration(process.env, flags);
  const composition = await compose({
    dataDir,
    blobsFallback,
    log: await createLogger(logLevel),
    baseUrl: () => '',
    // Nobody calls in through this process.
    rateLimit: 'off',
  });
  try {
    return await work(composition);
  } finally {
    await composition.close();
  }
};
