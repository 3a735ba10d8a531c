import { AccountError } from '@synckeep/accounts';
import { isSyncError } from '@synckeep/protocol';
import { createProgram } from './program.js';
import { codeOf, Refusal } from './refusal.js';

/** One sentence for what an operator can help; everything else with its stack. */
const explain = (error: unknown): string => {
  if (error instanceof Refusal || error instanceof AccountError) return error.message;
  if (isSyncError(error) && error.status < 500) return error.message;
  if (isSyncError(error) && error.code === 'unavailable') return 'The database is busy or the disk is full. Try again.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

// Whatever the program makes is for its own user only.
process.umask(0o077);

// Whoever reads only the first lines of a list closes the pipe early.
process.stdout.on('error', (error) => {
  if (codeOf(error) !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  // At once: drivers that could not connect may leave timers behind that would keep the process for seconds.
  process.stderr.write(`synckeep: ${explain(error)}\n`, () => process.exit(1));
}
