import { expect, test } from 'vitest';
import type { Failure, FailureKind } from '../../src/sync/failure.js';
import { reduce } from '../../src/sync/reduce.js';
import { type Effect, initialState, type SyncEvent, type SyncState, type TimerName } from '../../src/sync/state.js';

const failure = (kind: FailureKind): Failure => ({
  kind,
  code: kind,
  message: kind,
  retryAfter: 0,
  recovery: kind === 'expired' ? 'restored' : null,
  cause: null,
});

const started = (given: Partial<Extract<SyncEvent, { type: 'started' }>> = {}): SyncEvent => ({
  type: 'started',
  session: 'live',
  device: 'known',
  keys: 'ready',
  unsent: false,
  online: true,
  ...given,
});

/** What can happen whatever the engine is doing. */
const outside: readonly SyncEvent[] = [
  { type: 'stopped' },
  { type: 'online' },
  { type: 'offline' },
  { type: 'logged-in' },
  { type: 'logged-out' },
  { type: 'unlocked' },
  { type: 'locked' },
  { type: 'news' },
  { type: 'keys-news' },
  { type: 'retry-now' },
  { type: 'session-due' },
  { type: 'wrote', isDelete: false },
  { type: 'wrote', isDelete: true },
  { type: 'reset-answered', answer: 'kept' },
];

const failures: readonly FailureKind[] = [
  'transient',
  'session',
  'device',
  'row-changed',
  'stale-keys',
  'expired',
  'reset',
  'quota',
  'refused',
  'fault',
];

/** How each activity can end. */
const endsOf = (state: SyncState): readonly SyncEvent[] => {
  const failed = failures.map((kind): SyncEvent => ({ type: 'failed', failure: failure(kind) }));
  switch (state.activity) {
    case null:
      return [];
    case 'renew':
      return [{ type: 'renewed' }, { type: 'failed', failure: failure('login') }, ...failed.slice(0, 1)];
    case 'register':
      return [{ type: 'registered' }, ...failed.filter((_, index) => [0, 1, 8].includes(index))];
    case 'recover':
      return [{ type: 'recovered' }, { type: 'failed', failure: failure('fault') }];
    case 'keys':
      return [{ type: 'keys-ready' }, { type: 'keys-locked' }, ...failed.slice(0, 2)];
    case 'pull':
      return [
        { type: 'pulled', isKeyMissing: false, unsent: false },
        { type: 'pulled', isKeyMissing: true, unsent: true },
        { type: 'device-shared' },
        ...failed.filter((_, index) => [0, 1, 2, 5, 6, 8, 9].includes(index)),
      ];
    case 'push':
      return [
        { type: 'pushed', unsent: false, nothing: false },
        { type: 'pushed', unsent: true, nothing: false },
        { type: 'pushed', unsent: true, nothing: true },
        ...failed,
      ];
  }
};

const streamEnds = (state: SyncState): readonly SyncEvent[] => {
  if (state.stream === 'opening') return [{ type: 'stream-opened' }, { type: 'stream-ended' }];
  return state.stream === 'open' ? [{ type: 'stream-ended' }] : [];
};

interface Node {
  readonly state: SyncState;
  readonly timers: ReadonlySet<TimerName>;
}

/** Delays and the text of the problem do not decide what the engine does. */
const abstract = (state: SyncState): SyncState => ({
  ...state,
  failures: Math.min(state.failures, 1),
  streamFailures: 0,
  problem: null,
});

const apply = (timers: ReadonlySet<TimerName>, effects: readonly Effect[], fired: TimerName | null): Set<TimerName> => {
  const after = new Set(timers);
  if (fired !== null) after.delete(fired);
  for (const effect of effects) {
    if (effect.effect === 'timer') after.add(effect.timer);
    if (effect.effect === 'clear') after.delete(effect.timer);
  }
  return after;
};

const keyOf = ({ state, timers }: Node): string =>
  `${Object.values(state)
    .map((part) => JSON.stringify(part))
    .join()}|${[...timers].sort().join()}`;

const isReachable = (state: SyncState): boolean =>
  state.running && state.online && state.session !== 'none' && state.log.at !== 'reset';

/** Every broken invariant of docs/client-states.md in one step. */
const broken = (before: Node, event: SyncEvent, effects: readonly Effect[], after: Node): readonly string[] => {
  const { state, timers } = after;
  const found: string[] = [];
  const say = (isBroken: boolean, sentence: string): void => {
    if (isBroken) found.push(sentence);
  };
  const begun = effects.filter(({ effect }) => effect === 'begin');
  const opened = effects.filter(({ effect }) => effect === 'open-stream');
  say(begun.length > 1, 'two activities are begun at once');
  say(
    begun.length > 0 && before.state.activity !== null && outside.includes(event),
    'an activity is begun while another runs',
  );
  say(opened.length > 0 && ['opening', 'open'].includes(before.state.stream), 'a second stream is opened');
  say(
    !state.running && (state.activity !== null || timers.size > 0 || state.stream !== 'closed'),
    'a stopped engine does something',
  );
  say(state.pause !== 'none' && !timers.has('retry'), 'a pause has no timer');
  say(state.hold === 'all' && state.running && !timers.has('release'), 'a hold has no timer');
  say(state.stream === 'waiting' && !timers.has('reopen'), 'a stream waits for nothing');
  const isFree = isReachable(state) && state.keys !== 'locked';
  const isMoving = state.activity !== null || timers.has('retry');
  say(isFree && state.unsent && !isMoving && !timers.has('release'), 'unsent changes wait for nothing');
  say(isFree && state.log.at !== 'read' && !isMoving, 'an unread log waits for nothing');
  say(isReachable(state) && state.session === 'expired' && !isMoving, 'an expired session waits for nothing');
  say(
    isReachable(state) && state.session === 'live' && state.device === 'known' && !timers.has('poll'),
    'nobody looks for news',
  );
  const isPush = begun.some((effect) => effect.effect === 'begin' && effect.activity === 'push');
  const mayPush = state.log.at === 'read' || (state.log.at === 'behind' && !state.log.first);
  say(isPush && !mayPush, 'a push from a log that is not read');
  return found;
};

test('keeps every invariant in every state that any sequence of events can reach', { timeout: 120_000 }, () => {
  const starts = (['live', 'expired', 'none'] as const).flatMap((session) =>
    (['known', 'unknown'] as const).flatMap((device) =>
      (['ready', 'stale', 'locked'] as const).map((keys) => started({ session, device, keys, unsent: true })),
    ),
  );
  const first: Node = { state: initialState, timers: new Set() };
  const known = new Set([keyOf(first)]);
  const open: Node[] = [first];
  const violations = new Set<string>();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { state, timers } = node;
    const fired = [...timers].map((timer): SyncEvent => ({ type: 'timer', timer }));
    const events = state.running ? [...outside, ...endsOf(state), ...streamEnds(state), ...fired] : starts;
    for (const event of events) {
      const reduced = reduce(state, event);
      const after = {
        state: abstract(reduced.state),
        timers: apply(timers, reduced.effects, event.type === 'timer' ? event.timer : null),
      };
      for (const sentence of broken(node, event, reduced.effects, after))
        violations.add(`${sentence} after ${event.type} in ${keyOf(node)} -> ${keyOf(after)}`);
      const key = keyOf(after);
      if (!known.has(key)) {
        known.add(key);
        open.push(after);
      }
    }
  }
  expect([...violations].slice(0, 3)).toEqual([]);
  expect(known.size).toBeGreaterThan(1000);
});
