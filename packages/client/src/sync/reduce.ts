import type { Failure } from './failure.js';
import type { Activity, Delay, Effect, SyncEvent, SyncState } from './state.js';

/** More failures in a row than this make no delay longer. */
const mostTries = 7;

const behind = (state: SyncState, first = false): SyncState =>
  state.log.at === 'read' || state.log.at === 'behind'
    ? { ...state, log: { at: 'behind', first: first || (state.log.at === 'behind' && state.log.first) } }
    : state;

/** News while a pull runs may be newer than what it reads. */
const heard = (state: SyncState): SyncState => (state.activity === 'pull' ? { ...state, news: true } : behind(state));

const awake = (state: SyncState): SyncState => ({ ...state, pause: 'none', hold: 'none' });
const succeeded = (state: SyncState): SyncState => ({
  ...state,
  failures: 0,
  problem: state.hold === 'none' ? null : state.problem,
});
const counted = (state: SyncState): SyncState => ({ ...state, failures: Math.min(state.failures + 1, mostTries) });
const paused = (state: SyncState, pause: 'backoff' | 'long'): SyncState => counted({ ...state, pause });
/** What can be put right at once is, unless that was tried a moment ago. */
const soon = (state: SyncState): SyncState => (state.failures === 0 ? counted(state) : paused(state, 'backoff'));

const afterFailure = (state: SyncState, activity: Activity | null, failure: Failure): SyncState => {
  const known = { ...state, problem: failure };
  switch (failure.kind) {
    case 'transient':
      return paused(known, 'backoff');
    case 'session':
      return soon({ ...known, session: 'expired' });
    case 'login':
      return { ...known, session: 'none' };
    case 'device':
      return soon({ ...known, device: 'unknown' });
    case 'row-changed':
      return behind(state, true);
    case 'stale-keys':
      return soon({ ...known, keys: 'stale' });
    case 'expired':
      return soon({ ...known, log: { at: 'expired', reason: failure.recovery ?? 'restored' } });
    case 'reset':
      return { ...known, log: { at: 'reset' } };
    case 'quota':
      return { ...known, hold: state.hold === 'none' ? 'inserts' : 'all' };
    case 'refused':
      return activity === 'push' ? { ...known, hold: 'all' } : paused(known, 'long');
    case 'fault':
      return paused(known, 'long');
  }
};

/** The end of an activity. The end of one that was given up meanwhile is no news. */
const afterActivity = (before: SyncState, event: SyncEvent): SyncState => {
  const state = { ...before, activity: null };
  switch (event.type) {
    case 'renewed':
      return { ...state, session: 'live' };
    case 'registered':
      return state.device === 'shared'
        ? { ...state, device: 'known', log: { at: 'expired', reason: 'moved' } }
        : { ...state, device: 'known' };
    case 'recovered':
      return { ...state, log: { at: 'unread' } };
    case 'keys-ready':
      return { ...state, keys: 'ready' };
    case 'keys-locked':
      return { ...state, keys: 'locked' };
    case 'device-shared':
      return { ...state, device: 'shared' };
    case 'pulled': {
      const log: SyncState['log'] = state.news ? { at: 'behind', first: false } : { at: 'read' };
      const read: SyncState = { ...succeeded(state), log, unsent: event.unsent || state.writes };
      return event.isKeyMissing && state.keys === 'ready' ? { ...read, keys: 'stale' } : read;
    }
    case 'pushed': {
      const hold = event.nothing && state.hold !== 'none' ? 'all' : state.hold;
      return { ...succeeded({ ...state, hold }), unsent: event.unsent || state.writes };
    }
    case 'failed':
      return afterFailure(state, before.activity, event.failure);
    default:
      return before;
  }
};

const update = (state: SyncState, event: SyncEvent): SyncState => {
  if (event.type === 'started') {
    const { type: _, ...given } = event;
    return { ...awake(state), ...given, running: true, activity: null, log: { at: 'unread' }, failures: 0 };
  }
  if (!state.running) return state;
  switch (event.type) {
    case 'stopped':
      return { ...awake(state), running: false, activity: null };
    case 'online':
      return heard({
        ...state,
        online: true,
        pause: 'none',
        stream: state.stream === 'waiting' ? 'closed' : state.stream,
        streamFailures: 0,
      });
    case 'offline':
      return { ...state, online: false };
    case 'logged-in':
      return { ...awake(state), session: 'live', problem: null, failures: 0 };
    case 'logged-out':
      return { ...state, session: 'none' };
    case 'session-due':
      return state.session === 'live' ? { ...state, session: 'expired' } : state;
    case 'unlocked':
      // Looked at once more, so that what waited for a key is tried again.
      return { ...state, keys: 'stale', pause: 'none' };
    case 'locked':
      return { ...state, keys: 'locked' };
    case 'wrote':
      return {
        ...state,
        unsent: true,
        writes: true,
        hold: event.isDelete && state.hold === 'all' ? 'inserts' : state.hold,
      };
    case 'news':
      return heard(state);
    case 'keys-news':
      return state.keys === 'ready' ? { ...state, keys: 'stale' } : state;
    case 'retry-now':
      return heard(awake(state));
    case 'reset-answered':
      return state.log.at === 'reset' ? { ...awake(state), log: { at: 'expired', reason: event.answer } } : state;
    case 'stream-opened':
      return state.stream === 'opening' ? heard({ ...state, stream: 'open', streamFailures: 0 }) : state;
    case 'stream-ended':
      return state.stream === 'closed'
        ? state
        : { ...state, stream: 'waiting', streamFailures: Math.min(state.streamFailures + 1, mostTries) };
    case 'timer':
      if (event.timer === 'retry') return { ...state, pause: 'none' };
      if (event.timer === 'release') return { ...state, hold: 'none' };
      if (event.timer === 'poll') return heard(state);
      return state.stream === 'waiting' ? { ...state, stream: 'closed' } : state;
    default:
      return state.activity === null ? state : afterActivity(state, event);
  }
};

/** What is to be begun now, by the order of docs/client-states.md. */
const nextActivity = (state: SyncState): Activity | null => {
  const { log } = state;
  const isWaiting = !state.running || !state.online || state.activity !== null || state.pause !== 'none';
  if (isWaiting || state.session === 'none' || log.at === 'reset') return null;
  if (state.session === 'expired') return 'renew';
  if (state.device !== 'known') return 'register';
  if (log.at === 'expired') return 'recover';
  if (state.keys === 'stale') return 'keys';
  if (state.keys === 'locked') return null;
  if (log.at === 'unread' || (log.at === 'behind' && log.first)) return 'pull';
  if (state.unsent && state.hold !== 'all') return 'push';
  return log.at === 'behind' ? 'pull' : null;
};

const wantsStream = (state: SyncState): boolean =>
  state.running && state.online && state.session === 'live' && state.device === 'known';

const retryDelay = (state: SyncState): Delay =>
  state.pause === 'long'
    ? { kind: 'long' }
    : { kind: 'backoff', tries: state.failures, least: state.problem?.retryAfter ?? 0 };

/** The timers follow from the two states alone. */
const timerEffects = (before: SyncState, after: SyncState, event: SyncEvent): readonly Effect[] => {
  const effects: Effect[] = [];
  const isPausedAnew = after.pause !== 'none' && (after.pause !== before.pause || event.type === 'failed');
  if (isPausedAnew) effects.push({ effect: 'timer', timer: 'retry', delay: retryDelay(after) });
  else if (before.pause !== 'none' && after.pause === 'none') effects.push({ effect: 'clear', timer: 'retry' });
  if (after.hold === 'all' && before.hold !== 'all')
    effects.push({ effect: 'timer', timer: 'release', delay: { kind: 'long' } });
  else if (before.hold === 'all' && after.hold !== 'all') effects.push({ effect: 'clear', timer: 'release' });
  if (after.stream === 'waiting' && before.stream !== 'waiting')
    effects.push({
      effect: 'timer',
      timer: 'reopen',
      delay: { kind: 'backoff', tries: after.streamFailures, least: 0 },
    });
  else if (before.stream === 'waiting' && after.stream !== 'waiting')
    effects.push({ effect: 'clear', timer: 'reopen' });
  const isPollDue = event.type === 'timer' && event.timer === 'poll';
  if (wantsStream(after) && (!wantsStream(before) || isPollDue))
    effects.push({ effect: 'timer', timer: 'poll', delay: { kind: 'poll' } });
  else if (!wantsStream(after) && wantsStream(before)) effects.push({ effect: 'clear', timer: 'poll' });
  return effects;
};

export interface Reduced {
  readonly state: SyncState;
  readonly effects: readonly Effect[];
}

/** The engine: what it becomes with an event and what is to be done for it. The table is docs/client-states.md. */
export const reduce = (before: SyncState, event: SyncEvent): Reduced => {
  let state = update(before, event);
  const effects: Effect[] = [];
  if (before.activity !== null && (event.type === 'stopped' || event.type === 'started'))
    effects.push({ effect: 'abort' });

  if (wantsStream(state)) {
    if (state.stream === 'closed') {
      state = { ...state, stream: 'opening' };
      effects.push({ effect: 'open-stream' });
    }
  } else if (state.stream !== 'closed' || before.stream !== 'closed') {
    state = { ...state, stream: 'closed' };
    if (before.stream !== 'closed') effects.push({ effect: 'close-stream' });
  }

  const activity = nextActivity(state);
  if (activity !== null) {
    state = { ...state, activity, news: false, writes: false };
    effects.push({
      effect: 'begin',
      activity,
      ...(activity === 'recover' && state.log.at === 'expired' && { reason: state.log.reason }),
      ...(activity === 'push' && state.hold === 'inserts' && { only: 'deletes' as const }),
    });
  }
  return { state, effects: [...effects, ...timerEffects(before, state, event)] };
};
