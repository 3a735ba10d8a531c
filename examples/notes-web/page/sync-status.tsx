import type { SyncStatus } from '@synckeep/client';
import { useStatus } from './hooks.js';
import type { Notes } from './open-notes.js';

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

type Mood = 'good' | 'busy' | 'waiting' | 'bad';

/** What a person wants to know of the sync, in a few words. */
const describe = (status: SyncStatus): readonly [Mood, string] => {
  const { phase, unsent, quarantined, problem } = status;
  const waiting = unsent === 0 ? '' : ` · ${count(unsent, 'change waits', 'changes wait')}`;
  switch (phase) {
    case 'offline':
      return ['waiting', `Offline${waiting}`];
    case 'needs-login':
      return ['bad', `Logged out${waiting}`];
    case 'needs-key':
      return ['waiting', `Locked${waiting}`];
    case 'needs-answer':
      return ['bad', 'Needs your answer'];
    case 'backing-off':
      return ['waiting', `No connection${waiting}`];
    case 'stopped':
      return ['busy', 'Starting …'];
    default:
      if (quarantined > 0) return ['bad', `${count(quarantined, 'change', 'changes')} set aside`];
      if (problem !== null) return ['bad', problem.message];
      return unsent > 0 || phase !== 'idle' ? ['busy', `Syncing …${waiting}`] : ['good', 'Synced'];
  }
};

export const SyncIndicator = ({ notes }: { readonly notes: Notes }) => {
  const status = useStatus(notes);
  const [mood, text] = describe(status);
  return (
    <p class={`status ${mood}`} role="status" data-phase={status.phase} data-unsent={status.unsent}>
      {text}
    </p>
  );
};
