import { BehaviorSubject, type Observable } from 'rxjs';
import type { HttpCalls } from '../api/http-calls.js';
import type { SyncContext } from './context.js';
import { readBatch, readSync } from './documents.js';
import { loginNeeded, toFailure } from './failure.js';
import type { EntryKeys, Network, Session } from './ports.js';
import { pull } from './pull.js';
import { push } from './push.js';
import { retryIncoming } from './quarantine.js';
import { recover } from './recover.js';
import { reduce } from './reduce.js';
import { type DeviceLabel, register } from './register.js';
import { type Effect, initialState, type SyncEvent, type SyncState, type TimerName } from './state.js';
import { initialStatus, type SyncStatus, toPhase } from './status.js';
import { openStream } from './stream.js';
import { type Intervals, type Timers, toMilliseconds } from './timers.js';

export interface SyncEngineOptions {
  readonly context: SyncContext;
  readonly http: HttpCalls;
  readonly session: Session;
  readonly keys: EntryKeys;
  readonly network: Network;
  readonly device: DeviceLabel;
  readonly timers: Timers;
  readonly intervals: Intervals;
}

export interface SyncEngine {
  readonly status$: Observable<SyncStatus>;
  readonly status: SyncStatus;
  /** The state as docs/client-states.md has it. */
  readonly state: SyncState;
  start(): Promise<void>;
  /** Gives up what is in the air; what was not acknowledged goes with the next start. */
  stop(): Promise<void>;
  tell(event: SyncEvent): void;
  /** Counts what waits and what is quarantined again. */
  recount(): Promise<void>;
}

type Begin = Extract<Effect, { readonly effect: 'begin' }>;

/** Carries out what `reduce` asks for. */
export const createSyncEngine = (options: SyncEngineOptions): SyncEngine => {
  const { context, http, session, keys, network, device, timers, intervals } = options;
  const status$ = new BehaviorSubject<SyncStatus>(initialStatus);
  const cancelByTimer = new Map<TimerName, () => void>();
  let state = initialState;
  let running: AbortController | null = null;
  let work: Promise<void> = Promise.resolve();
  let closeStream: (() => void) | null = null;
  let detach: readonly (() => void)[] = [];
  let deviceId = '';
  let hasPulled = false;
  let counting: Promise<void> | null = null;
  let isStale = false;

  const show = (change: Partial<SyncStatus>): void => {
    const problem = state.problem && { code: state.problem.code, message: state.problem.message };
    status$.next({ ...status$.value, phase: toPhase(state), live: state.stream === 'open', problem, ...change });
  };

  const count = async (): Promise<void> => {
    do {
      isStale = false;
      const [unsent, quarantine] = await Promise.all([context.store.countUnsent(), context.store.quarantine()]);
      show({ unsent, quarantined: quarantine.length });
    } while (isStale);
  };

  /** However many ask meanwhile, it is counted once more. */
  const recount = (): Promise<void> => {
    isStale = true;
    counting ??= count().finally(() => {
      counting = null;
    });
    return counting;
  };

  /** A batch whose rows have all changed since may still have to be sent. */
  const isUnsent = async (): Promise<boolean> =>
    (await context.store.countUnsent()) > 0 || (await readBatch(context.store)).value !== null;

  const openKeys = () => {
    const current = keys.current();
    if (current === null) throw new Error('The keys were locked meanwhile.');
    return current;
  };

  const pullAll = async (signal: AbortSignal): Promise<SyncEvent> => {
    for (;;) {
      const result = await pull(context, { signal, keys: openKeys() }, deviceId, !hasPulled);
      if (result.end === 'shared') return { type: 'device-shared' };
      if (result.end === 'overtaken') continue;
      hasPulled = true;
      show({ syncedAt: timers.now() });
      return { type: 'pulled', isKeyMissing: result.isKeyMissing, unsent: await isUnsent() };
    }
  };

  const refreshKeys = async (signal: AbortSignal): Promise<SyncEvent> => {
    if (!(await keys.refresh(signal))) return { type: 'keys-locked' };
    const waiting = (await context.store.quarantine()).filter(({ reason }) => reason === 'unknown_key');
    await retryIncoming(context, openKeys(), waiting);
    return { type: 'keys-ready' };
  };

  const perform = async ({ activity, reason, only }: Begin, signal: AbortSignal): Promise<SyncEvent> => {
    switch (activity) {
      case 'renew':
        return (await session.renew(signal)) ? { type: 'renewed' } : { type: 'failed', failure: loginNeeded(null) };
      case 'register':
        deviceId = await register(context, signal, device, state.device === 'shared');
        return { type: 'registered' };
      case 'recover':
        await recover(context, reason ?? 'restored');
        return { type: 'recovered' };
      case 'keys':
        return refreshKeys(signal);
      case 'pull':
        return pullAll(signal);
      case 'push': {
        const { nothing } = await push(context, { signal, keys: openKeys() }, deviceId, only);
        return { type: 'pushed', unsent: await isUnsent(), nothing };
      }
    }
  };

  const begin = (effect: Begin): void => {
    const mine = new AbortController();
    running = mine;
    work = perform(effect, mine.signal)
      .catch((error: unknown): SyncEvent => ({ type: 'failed', failure: toFailure(error) }))
      .then(async (end) => {
        if (running !== mine) return;
        running = null;
        tell(end);
        await recount();
      });
  };

  const listen = (): void => {
    closeStream = openStream(http, deviceId, {
      onOpen: () => tell({ type: 'stream-opened' }),
      onEvent: ({ event }) => {
        if (event === 'changed') tell({ type: 'news' });
        if (event === 'keys') tell({ type: 'keys-news' });
      },
      onEnd: () => {
        tell({ type: 'stream-ended' });
        // Whatever ended it, a pull says whether the token, the device and the server are still there.
        tell({ type: 'news' });
      },
    });
  };

  const carryOut = (effect: Effect): void => {
    switch (effect.effect) {
      case 'begin':
        begin(effect);
        return;
      case 'abort':
        running?.abort(new Error('The client was stopped.'));
        running = null;
        return;
      case 'open-stream':
        listen();
        return;
      case 'close-stream':
        closeStream?.();
        closeStream = null;
        return;
      case 'clear':
        cancelByTimer.get(effect.timer)?.();
        cancelByTimer.delete(effect.timer);
        if (effect.timer === 'retry') show({ retryAt: null });
        return;
      case 'timer': {
        cancelByTimer.get(effect.timer)?.();
        const { timer } = effect;
        const delay = toMilliseconds(effect.delay, intervals, timers.random);
        cancelByTimer.set(
          timer,
          timers.after(delay, () => {
            cancelByTimer.delete(timer);
            if (timer === 'poll' && session.isDue()) tell({ type: 'session-due' });
            tell({ type: 'timer', timer });
          }),
        );
        if (timer === 'retry') show({ retryAt: timers.now() + delay });
      }
    }
  };

  const tell = (event: SyncEvent): void => {
    const reduced = reduce(state, event);
    state = reduced.state;
    for (const effect of reduced.effects) carryOut(effect);
    show({});
  };

  const watch = (): readonly (() => void)[] => [
    network.onChange(() => tell({ type: network.isOnline() ? 'online' : 'offline' })),
    session.onChange(() => tell({ type: session.token() === null ? 'logged-out' : 'logged-in' })),
    keys.onChange(() => tell({ type: keys.current() === null ? 'locked' : 'unlocked' })),
  ];

  return {
    status$: status$.asObservable(),
    get status() {
      return status$.value;
    },
    get state() {
      return state;
    },
    tell,
    recount,
    async start() {
      if (state.running) return;
      const { value: sync } = await readSync(context.store, context.newId);
      context.clock.adjust(timers.now() + sync.offset);
      deviceId = sync.deviceId ?? '';
      hasPulled = false;
      const unsent = await isUnsent();
      detach = watch();
      tell({
        type: 'started',
        session: session.token() === null ? 'none' : session.isDue() ? 'expired' : 'live',
        device: sync.deviceId === null ? 'unknown' : 'known',
        keys: keys.current() === null ? 'stale' : 'ready',
        unsent,
        online: network.isOnline(),
      });
      await recount();
    },
    async stop() {
      for (const each of detach) each();
      detach = [];
      const last = work;
      tell({ type: 'stopped' });
      await last;
      await counting;
    },
  };
};
