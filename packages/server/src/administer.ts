import { Command } from 'commander';
import { type Composition, compose } from './compose.js';
import { type CommonSettings, readAdministration, settings } from './configuration.js';
import { createLogger } from './logger.js';
import type { OutputFlags } from './print.js';
import { Refusal } from './refusal.js';
import { toSource } from './setting.js';
import { addPartSettings, addSettings } from './setting-options.js';

/** Options that every administrative command has. */
export interface CommonFlags extends OutputFlags, CommonSettings {}

/** A command that works where everything is kept, whether or not a server runs on it. */
export const administrativeCommand = (name: string, summary: string): Command => {
  const command = new Command(name).description(summary).option('--json', 'print one line of JSON, for scripts');
  return addPartSettings(addSettings(command, { logLevel: { ...settings.logLevel, fallback: 'warn' } }));
};

const longestWait = 2 ** 31 - 1;

/** Opens everything, works, and closes it. */
export const administer = async <T>(flags: CommonFlags, work: (composition: Composition) => Promise<T>): Promise<T> => {
  const { logLevel, ...parts } = readAdministration(process.env, flags);
  const composition = await compose({
    ...parts,
    log: await createLogger(logLevel),
    baseUrl: () => '',
    pageUrl() {
      if (parts.publicUrl !== undefined) return parts.publicUrl;
      throw new Refusal(
        `A link begins with what browsers call the server: say it with ${toSource(settings.publicUrl)}.`,
      );
    },
    // Nobody calls in through this process.
    rateLimit: 'off',
  });
  // The timers of the core keep no process alive, and some work waits for one.
  const alive = setInterval(() => {}, longestWait);
  try {
    return await work(composition);
  } catch (error) {
    const sentence = composition.explain(error);
    throw sentence === undefined ? error : new Refusal(sentence, { cause: error });
  } finally {
    clearInterval(alive);
    await composition.close();
  }
};
