import type { Failure } from './failure.js';

/** Why the log is read from its start again; see docs/client-states.md. */
export type Recovery = 'restored' | 'compacted' | 'moved' | 'kept' | 'discarded';

export type Activity = 'renew' | 'register' | 'recover' | 'keys' | 'pull' | 'push';

export type LogState =
  | { readonly at: 'unread' | 'read' | 'reset' }
  /** `first`: a push was refused until this is pulled. */
  | { readonly at: 'behind'; readonly first: boolean }
  | { readonly at: 'expired'; readonly reason: Recovery };

/** What the engine knows about itself. Each part is explained in docs/client-states.md. */
export interface SyncState {
  readonly running: boolean;
  readonly online: boolean;
  readonly session: 'live' | 'expired' | 'none';
  readonly device: 'known' | 'unknown' | 'shared';
  readonly keys: 'ready' | 'stale' | 'locked';
  readonly log: LogState;
  readonly unsent: boolean;
  /** News, and local writes, that came while an activity ran which may not have seen them. */
  readonly news: boolean;
  readonly writes: boolean;
  readonly hold: 'none' | 'inserts' | 'all';
  readonly activity: Activity | null;
  readonly pause: 'none' | 'backoff' | 'long';
  readonly stream: 'closed' | 'opening' | 'open' | 'waiting';
  /** Failures in a row, of activities and of the stream; they only make delays longer. */
  readonly failures: number;
  readonly streamFailures: number;
  /** What the status shows until something succeeds. */
  readonly problem: Failure | null;
}

export type SyncEvent =
  | {
      readonly type: 'started';
      readonly session: SyncState['session'];
      readonly device: 'known' | 'unknown';
      readonly keys: SyncState['keys'];
      readonly unsent: boolean;
      readonly online: boolean;
    }
  | {
      readonly type:
        | 'stopped'
        | 'online'
        | 'offline'
        | 'logged-in'
        | 'logged-out'
        | 'unlocked'
        | 'locked'
        | 'session-due';
    }
  | { readonly type: 'news' | 'keys-news' | 'retry-now' | 'stream-opened' | 'stream-ended' }
  | { readonly type: 'wrote'; readonly isDelete: boolean }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'reset-answered'; readonly answer: 'kept' | 'discarded' }
  | { readonly type: 'renewed' | 'registered' | 'recovered' | 'keys-ready' | 'keys-locked' | 'device-shared' }
  | { readonly type: 'pulled'; readonly isKeyMissing: boolean; readonly unsent: boolean }
  /** `nothing`: of what the hold lets through there was nothing to push. */
  | { readonly type: 'pushed'; readonly unsent: boolean; readonly nothing: boolean }
  | { readonly type: 'failed'; readonly failure: Failure };

/** `retry` ends a pause, `release` a hold; `reopen` opens the stream again; `poll` looks for news that no stream announces. */
export type TimerName = 'retry' | 'release' | 'reopen' | 'poll';

export type Effect =
  /** `reason` with recover; `deletes` is a push of deletes alone. */
  | { readonly effect: 'begin'; readonly activity: Activity; readonly reason?: Recovery; readonly only?: 'deletes' }
  | { readonly effect: 'abort' }
  | { readonly effect: 'timer'; readonly timer: TimerName; readonly delay: Delay }
  | { readonly effect: 'clear'; readonly timer: TimerName }
  | { readonly effect: 'open-stream' | 'close-stream' };

/** `tries` grows the delay of a back-off; `least` (seconds) is what the server asked for. */
export type Delay =
  | { readonly kind: 'backoff'; readonly tries: number; readonly least: number }
  | { readonly kind: 'long' | 'poll' };

export const initialState: SyncState = {
  running: false,
  online: true,
  session: 'none',
  device: 'unknown',
  keys: 'locked',
  log: { at: 'unread' },
  unsent: false,
  news: false,
  writes: false,
  hold: 'none',
  activity: null,
  pause: 'none',
  stream: 'closed',
  failures: 0,
  streamFailures: 0,
  problem: null,
};
