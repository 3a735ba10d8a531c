import { type Logger, pino } from 'pino';
import type { Configuration } from './configuration.js';
import { toLoggedError } from './logged-error.js';

/** Bytes that wait while the log cannot be written; what is more is lost. */
const mostWaiting = 1024 * 1024;

/**
 * Logs of the program, on stderr, because stdout belongs to answers: JSON, or readable lines on a terminal. Written
 * synchronously, so that the last line before an end is there too.
 */
export const createLogger = async (level: Configuration['logLevel']): Promise<Logger> => {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => toLoggedError(error) },
    // Nobody passes these. Should somebody do so one day, they still do not reach the log.
    redact: ['password', 'token', 'apiKey', 'api_key', 'secret', 'data', 'authorization'].flatMap((name) => [
      name,
      `*.${name}`,
    ]),
  };
  const destination = pino.destination({ fd: 2, sync: true, maxLength: mostWaiting });
  // A log that cannot be written (a full disk behind `2>>file`) must not end the server; there is nobody to tell.
  destination.on('error', () => {});
  if (!process.stderr.isTTY) return pino(options, destination);
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ destination, sync: true, translateTime: 'SYS:HH:MM:ss' }));
};
