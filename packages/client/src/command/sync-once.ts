import { filter, firstValueFrom } from 'rxjs';
import { CommandError } from './command-error.js';
import type { CommandClient } from './open-folder.js';

/** Pushes and pulls until there is nothing left to do. @throws CommandError when something stands in the way */
export const syncOnce = async ({ sync, keys }: CommandClient): Promise<void> => {
  await sync.start();
  const status = await firstValueFrom(
    sync.status$.pipe(
      filter(({ phase, unsent, syncedAt, problem }) => {
        const isDone = phase === 'idle' && syncedAt !== null && (unsent === 0 || problem !== null);
        return isDone || ['backing-off', 'needs-login', 'needs-key', 'needs-answer'].includes(phase);
      }),
    ),
  );
  if (status.phase === 'needs-login')
    throw new CommandError('The session has ended. Run `synckeep-client login` again.');
  if (status.phase === 'needs-key') {
    throw new CommandError(`The keys are ${keys.state.kind}. Run \`synckeep-client login\` again.`);
  }
  if (status.phase === 'needs-answer') {
    throw new CommandError('The log was reset. Run `synckeep-client answer-reset keep` or `… discard`.');
  }
  if (status.problem) throw new CommandError(`${status.problem.message} Changes are kept here until a later sync.`);
};
