import type { SyncState } from './state.js';

export type SyncPhase =
  | 'stopped'
  | 'offline'
  | 'needs-login'
  | 'needs-key'
  | 'needs-answer'
  | 'backing-off'
  | 'pulling'
  | 'pushing'
  | 'working'
  | 'idle';

/** What a program shows of the sync. */
export interface SyncStatus {
  readonly phase: SyncPhase;
  /** News are announced at once; else they are looked for now and then. */
  readonly live: boolean;
  /** Rows that wait to be pushed. */
  readonly unsent: number;
  /** Changes in the quarantine. */
  readonly quarantined: number;
  /** Why sync does not go on, or not wholly; null when all is well. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** When the next try is due, in milliseconds since 1970; null when none is waited for. */
  readonly retryAt: number | null;
  /** When the log was last read to its end, in milliseconds since 1970. */
  readonly syncedAt: number | null;
}

export const initialStatus: SyncStatus = {
  phase: 'stopped',
  live: false,
  unsent: 0,
  quarantined: 0,
  problem: null,
  retryAt: null,
  syncedAt: null,
};

/** For people: what the engine does, or what it waits for. */
export const toPhase = (state: SyncState): SyncPhase => {
  if (!state.running) return 'stopped';
  if (state.activity === 'pull') return 'pulling';
  if (state.activity === 'push') return 'pushing';
  if (state.activity !== null) return 'working';
  if (state.session === 'none') return 'needs-login';
  if (!state.online) return 'offline';
  if (state.log.at === 'reset') return 'needs-answer';
  if (state.pause !== 'none') return 'backing-off';
  return state.keys === 'locked' ? 'needs-key' : 'idle';
};
