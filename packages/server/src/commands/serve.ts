import { BlockList, isIP } from 'node:net';
import { Command } from 'commander';
import type { Logger } from 'pino';
import { createRunBackup } from '../backup/run-backup.js';
import { backupSettings } from '../backup-settings.js';
import { showBlobPlace } from '../blob-place.js';
import {
  type Configuration,
  type Flags,
  readConfiguration,
  serveSettings,
  unknownVariables,
} from '../configuration.js';
import { createLogger } from '../logger.js';
import { toPlace } from '../service-url.js';
import { addPartSettings, addSettings } from '../setting-options.js';
import { type RunningServer, startServer } from '../start-server.js';

/** Milliseconds after a signal within which the process ends, whatever happens. */
const longestStop = 10_000;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopback = (host: string): boolean => {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
};

/** Within so many milliseconds one Ctrl-C arrives twice: from the terminal, and from npm, which passes on what it got. */
const sameSignal = 500;

/** The first signal stops cleanly, a second one at once. */
const stopOnSignal = (running: RunningServer, log: Logger): void => {
  let stoppingSince: number | undefined;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < sameSignal) return;
      log.warn({ signal }, 'Stopped at once.');
      process.exit(1);
    }
    stoppingSince = performance.now();
    log.info({ signal }, 'Stopping.');
    setTimeout(() => {
      log.error('The server did not stop in time. It is ended now.');
      process.exit(1);
    }, longestStop - 500).unref();
    try {
      await running.stop();
      log.info('Stopped.');
      process.exit(0);
    } catch (error) {
      log.fatal({ err: error }, 'The server did not stop cleanly.');
      process.exit(1);
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

/** Where everything is kept, for the log: without passwords. */
const showParts = ({ dataDir, database, blobs, notifier }: Configuration) => ({
  database: database === undefined ? dataDir : toPlace(database),
  blobs: blobs === undefined ? dataDir : showBlobPlace(blobs),
  ...(notifier === undefined ? {} : { notifier: toPlace(notifier) }),
});

/** On stdout alone: whoever reads the log must not become the administrator. */
const offerSetup = async (running: RunningServer, log: Logger): Promise<void> => {
  try {
    const link = await running.createSetupLink();
    if (link !== null) process.stdout.write(`make the first administrator, within 24 hours: ${link}\n`);
  } catch (error) {
    log.warn({ err: error }, 'No set-up link could be made. "synckeep administrator set-up-link" makes one later.');
  }
};

const run = async (flags: Flags): Promise<void> => {
  const configuration = readConfiguration(process.env, flags);
  const log = await createLogger(configuration.logLevel);
  const endWith = (error: unknown): void => {
    try {
      log.fatal({ err: error }, 'A fault that nobody handled. The server ends.');
    } finally {
      process.exit(1);
    }
  };
  process.on('unhandledRejection', endWith);
  process.on('uncaughtException', endWith);

  for (const name of unknownVariables(process.env)) log.warn(`There is no variable ${name}. Is it misspelt?`);
  const { host, publicUrl, rateLimit } = configuration;
  const [, program = ''] = process.argv;
  const takeBackup = createRunBackup(program, process.env, flags);
  const running = await startServer({ ...configuration, takeBackup, log });
  stopOnSignal(running, log);
  if (publicUrl === undefined && !isLoopback(host)) {
    log.warn(
      `Signed URLs and sign-in pages begin with ${running.url}. Set SYNCKEEP_PUBLIC_URL to what clients call this server.`,
    );
  }
  if (rateLimit === 'off') log.warn('Rate limits are off.');
  if (running.metricsUrl !== null) {
    log.info({ url: running.metricsUrl }, 'Metrics are served.');
    const { hostname } = new URL(running.metricsUrl);
    if (!isLoopback(hostname.replace(/[[\]]/g, '')))
      log.warn('Everybody who reaches the address of the metrics can read them.');
  }
  log.info({ url: running.url, ...showParts(configuration) }, 'Started.');
  process.stdout.write(`listening on ${running.url}\n`);
  await offerSetup(running, log);
};

export const serve = (): Command =>
  addPartSettings(
    addSettings(addSettings(new Command('serve').description('Start the server.'), serveSettings), backupSettings),
  ).action(run);
