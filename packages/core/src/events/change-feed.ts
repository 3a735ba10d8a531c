import { isSyncError, limits, SyncError } from '@synckeep/protocol';
import { repeat, Subject, share } from 'rxjs';
import type { Caller } from '../access/caller.js';
import type { Gatekeeper } from '../access/gatekeeper.js';
import { fromPlace } from '../cursors.js';
import type { ChangeLog, Clock, Log, News, Observer, Scope, StreamBody } from '../ports/index.js';
import { scopeKey } from '../ports/index.js';
import type { Usage } from '../usage/usage.js';
import { type OpenStream, openStream } from './open-stream.js';
import { createPause } from './pause.js';
import type { Signal } from './tracker.js';

const scopesPerLook = 2_000;
const streamsPerCheck = 50;
const recheckEvery = 250;
const retryAfter = 1_000;

export interface StreamRequest {
  readonly caller: Caller;
  readonly deviceId: string | null;
  /** Positions that the reader is known to have passed; the stream begins with `changed` when one lies behind. */
  readonly passed: readonly { readonly epoch: string | null; readonly position: number }[];
  readonly signal: AbortSignal;
}

interface Hub {
  readonly scope: Scope;
  readonly signals: Subject<Signal>;
  readonly streams: Set<OpenStream>;
}

/** The open streams of this process, by scope, and how news reaches them (P-70…P-75). */
export const createChangeFeed = (
  deps: {
    readonly changeLog: ChangeLog;
    readonly gatekeeper: Gatekeeper;
    readonly clock: Clock;
    readonly log: Log;
    readonly observer: Observer | null;
    readonly usage: Pick<Usage, 'stream'>;
  },
  wake: () => void,
) => {
  const { changeLog, gatekeeper, clock, log, observer, usage } = deps;
  const hubsByScope = new Map<string, Hub>();
  const pause = createPause(clock);
  const heartbeats = pause(limits.streamKeepalive * 1000).pipe(repeat(), share());
  let isEnding = false;
  let size = 0;

  const count = (caller: Caller, more: 1 | -1): void => {
    size += more;
    observer?.note({ kind: 'streams', open: size });
    usage.stream(caller, more);
  };

  const join = (scope: Scope): Hub => {
    const key = scopeKey(scope);
    const hub = hubsByScope.get(key) ?? { scope, signals: new Subject<Signal>(), streams: new Set<OpenStream>() };
    hubsByScope.set(key, hub);
    return hub;
  };
  const leave = (hub: Hub, stream: OpenStream): void => {
    if (hub.streams.delete(stream)) count(stream.caller, -1);
    if (hub.streams.size === 0 && hubsByScope.get(scopeKey(hub.scope)) === hub) hubsByScope.delete(scopeKey(hub.scope));
  };

  const readmit = async ({ identity }: Caller): Promise<Caller> => {
    const caller = await gatekeeper.readmit(identity);
    if (caller.app.paused) throw new SyncError('app_paused');
    return caller;
  };

  const look = async (hubs: readonly Hub[]): Promise<void> => {
    for (let i = 0; i < hubs.length; i += scopesPerLook) {
      const some = hubs.slice(i, i + scopesPerLook);
      const states = await changeLog.signals(some.map(({ scope }) => scope));
      states.forEach((state, k) => {
        some[k]?.signals.next({ kind: 'state', state });
      });
    }
  };

  const recheck = async (): Promise<void> => {
    const streams = [...hubsByScope.values()].flatMap((hub) => [...hub.streams]);
    const faults: unknown[] = [];
    const check = async (stream: OpenStream): Promise<void> => {
      try {
        stream.keep(await readmit(stream.caller));
      } catch (fault) {
        // A backend that is down proves nothing against a stream, and keeps no other one from its check.
        if (isSyncError(fault) && fault.status < 500) stream.end();
        else faults.push(fault);
      }
    };
    for (let i = 0; i < streams.length; i += streamsPerCheck) {
      await Promise.all(streams.slice(i, i + streamsPerCheck).map(check));
    }
    if (faults.length > 0) throw faults[0];
  };

  /** Runs `work` now, or once more after the present run: never twice at once, never more often than `gap` allows. */
  const conflate = (work: () => Promise<void>, gap: number, what: string) => {
    let state: 'idle' | 'running' | 'again' = 'idle';
    const run = async (): Promise<void> => {
      state = 'running';
      let pause = gap;
      try {
        await work();
      } catch (fault) {
        log.warn({ err: fault }, `${what} failed; it will be tried again.`);
        state = 'again';
        pause = retryAfter;
      }
      clock.after(pause, () => {
        if (state === 'again') void run();
        else state = 'idle';
      });
    };
    return () => {
      if (state === 'idle') void run();
      else state = 'again';
    };
  };
  const lookAtAll = conflate(() => look([...hubsByScope.values()]), 0, 'Looking for news');
  const recheckAll = conflate(recheck, recheckEvery, 'Checking the tokens of open streams');

  const makeRoom = (hub: Hub, deviceId: string | null): void => {
    if (hub.streams.size < limits.streamsPerUser) return;
    const streams = [...hub.streams];
    const oldest = streams.find((stream) => deviceId !== null && stream.deviceId === deviceId) ?? streams[0];
    oldest?.end();
  };

  return {
    async open(request: StreamRequest): Promise<StreamBody> {
      const { caller, deviceId, passed } = request;
      wake();
      const hub = join(caller.scope);
      makeRoom(hub, deviceId);
      const stream = openStream({
        ...request,
        signals: hub.signals,
        heartbeats,
        pause,
        clock,
        changeLog,
        log,
        toId: (head) => fromPlace(caller.app, 'push', head),
        onEnd: () => leave(hub, stream),
      });
      hub.streams.add(stream);
      count(caller, 1);
      try {
        // The stream already listens, so nothing falls between this look and the first news.
        const [state] = await changeLog.signals([caller.scope]);
        if (!state) throw new Error('The storage answered no signal for a scope.');
        const isBehind = await stream.isBehind(state, passed);
        stream.start(state, isBehind);
        // Access may have changed, or the server have begun to stop, while this stream was opened.
        stream.keep(await readmit(caller));
      } catch (fault) {
        stream.end();
        throw fault;
      }
      if (isEnding) stream.end();
      return stream.body;
    },

    hear(news: News): void {
      if (news.topic === 'all' || news.topic === 'access') recheckAll();
      if (news.topic === 'access') return;
      const hub = news.topic === 'all' ? undefined : hubsByScope.get(scopeKey(news.scope));
      if (news.topic === 'log') hub?.signals.next({ kind: 'written', ...news });
      else if (news.topic === 'all' || hub) lookAtAll();
    },

    /** Compares the heads of every log that somebody listens to. */
    look(): void {
      if (hubsByScope.size > 0) lookAtAll();
    },

    get size(): number {
      return size;
    },

    /** Ends every stream and whatever is opened later. */
    endAll(): void {
      isEnding = true;
      for (const hub of [...hubsByScope.values()]) for (const stream of [...hub.streams]) stream.end();
    },
  };
};

export type ChangeFeed = ReturnType<typeof createChangeFeed>;
