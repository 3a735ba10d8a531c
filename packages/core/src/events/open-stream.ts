import { limits } from '@synckeep/protocol';
import { concatMap, filter, map, merge, type Observable, of, Subject, takeUntil, throttle } from 'rxjs';
import type { Caller } from '../access/caller.js';
import type { ChangeLog, Clock, Log, LogHead, ScopeSignal, StreamBody } from '../ports/index.js';
import { createMailbox } from './mailbox.js';
import type { Pause } from './pause.js';
import { createTracker, type Signal } from './tracker.js';

const retryHint = 3_000;

export interface StreamOptions {
  readonly caller: Caller;
  readonly deviceId: string | null;
  readonly signal: AbortSignal;
  readonly signals: Observable<Signal>;
  readonly heartbeats: Observable<void>;
  readonly pause: Pause;
  readonly clock: Clock;
  readonly changeLog: Pick<ChangeLog, 'hasForeign'>;
  readonly log: Log;
  /** The `id:` of an event: how far the reader has been told. */
  readonly toId: (head: LogHead) => string | number;
  readonly onEnd: () => void;
}

export interface OpenStream {
  readonly caller: Caller;
  readonly deviceId: string | null;
  readonly body: StreamBody;
  isBehind(state: ScopeSignal, passed: readonly { epoch: string | null; position: number }[]): Promise<boolean>;
  start(state: ScopeSignal, isBehind: boolean): void;
  /** Goes on as this caller, who was let in again: until the token, or the overlap of its API key, is over. */
  keep(caller: Caller): void;
  end(): void;
}

/** One stream of server-sent events, from its first byte to its end (P-70, P-72, P-74). */
export const openStream = (options: StreamOptions): OpenStream => {
  const { caller, deviceId, signal, signals, heartbeats, pause, clock, changeLog, log, toId } = options;
  const mailbox = createMailbox(clock.now);
  const cut = new AbortController();
  const ended = new Subject<void>();
  const live = new Subject<Signal>();
  // What comes before `start` knows how things stand waits.
  let early: Signal[] | null = [];
  const subscription = signals.subscribe((news) => {
    if (early) early.push(news);
    else live.next(news);
  });
  let isOver = false;

  const end = (): void => {
    if (isOver) return;
    isOver = true;
    cancelExpiry();
    signal.removeEventListener('abort', end);
    subscription.unsubscribe();
    ended.next();
    mailbox.end();
    options.onEnd();
  };
  const expireWith = ({ identity, app }: Caller): (() => void) => {
    const key = app.keys.find(({ generation }) => generation === identity.keyGeneration);
    const until = Math.min(identity.expiresAt, key?.validUntil ?? Number.POSITIVE_INFINITY);
    return clock.after(Math.max(0, until - clock.now()), end);
  };
  let cancelExpiry = expireWith(caller);
  signal.addEventListener('abort', end, { once: true });

  const fail = (fault: unknown): void => {
    log.warn({ err: fault }, 'A stream could not tell what is news and was ended; its reader comes again.');
    end();
  };

  const beat = (): void => {
    if (mailbox.stalledFor() >= limits.streamStall * 1000) {
      cut.abort();
      end();
    } else mailbox.put('keepalive', ': keepalive\n\n');
  };

  return {
    caller,
    deviceId,
    body: { chunks: mailbox.read(end), cut: cut.signal },

    async isBehind({ head }, passed) {
      for (const { epoch, position } of passed) {
        if (epoch !== null && epoch !== head.epoch && position + head.position > 0) return true;
        if (position > head.position) return true;
        if (position < head.position) {
          if (deviceId === null) return true;
          if (await changeLog.hasForeign(caller.scope, deviceId, position, head.position)) return true;
        }
      }
      return false;
    },

    start(state, isBehind) {
      const tracker = createTracker(caller.scope, deviceId, state, changeLog);
      mailbox.put('start', `retry: ${retryHint}\n${isBehind ? '' : `id: ${toId(state.head)}\n`}\n`);
      const changed = merge(
        isBehind ? of(true) : of<boolean>(),
        live.pipe(concatMap((news) => tracker.isChange(news))),
      ).pipe(
        filter((isNews) => isNews),
        throttle(() => pause(limits.streamCoalesceMilliseconds), { leading: true, trailing: true }),
      );
      const keys = live.pipe(
        map((news) => tracker.keyChange(news)),
        filter((version) => version !== null),
      );
      changed.pipe(takeUntil(ended)).subscribe({
        next: () => mailbox.put('changed', `event: changed\nid: ${toId(tracker.head)}\ndata: {}\n\n`),
        error: fail,
      });
      keys
        .pipe(takeUntil(ended))
        .subscribe((version) => mailbox.put('keys', `event: keys\ndata: {"key_version":${version}}\n\n`));
      heartbeats.pipe(takeUntil(ended)).subscribe(beat);
      const waiting = early ?? [];
      early = null;
      for (const news of waiting) live.next(news);
    },

    keep(renewed) {
      if (isOver) return;
      cancelExpiry();
      cancelExpiry = expireWith(renewed);
    },

    end,
  };
};
