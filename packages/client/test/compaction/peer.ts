import { randomUUID } from 'node:crypto';
import { NEVER } from 'rxjs';
import type { ApiCalls } from '../../src/api/call.js';
import { ApiError } from '../../src/api/error.js';
import { createHttpCalls, type HttpCalls } from '../../src/api/http-calls.js';
import { createTable } from '../../src/client/table.js';
import { createHybridClock } from '../../src/merge/hybrid-clock.js';
import { lastWriteWins } from '../../src/merge/merge.js';
import { createMemoryLocalStore } from '../../src/store/memory-store.js';
import type { SyncContext } from '../../src/sync/context.js';
import { readBatch } from '../../src/sync/documents.js';
import { toFailure } from '../../src/sync/failure.js';
import { pull } from '../../src/sync/pull.js';
import { push } from '../../src/sync/push.js';
import { recover } from '../../src/sync/recover.js';
import { register } from '../../src/sync/register.js';
import { createPlainCipher } from '../world/plain-cipher.js';
import type { World } from '../world/server.js';

interface Note {
  readonly id: string;
  readonly text: string;
}

export interface Attempt {
  readonly limit: number;
  readonly lostAfter: number | null;
}

const table = 'notes';
/** Keys that a rotation may have put in use. */
const keys = { cipher: createPlainCipher([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]), keyVersion: null };
const calm: Attempt = { limit: 500, lostAfter: null };

/** A device that runs the client's own pull, push, merge and recovery, one at a time and only when it is told to. */
export const openPeer = async (world: World, now: () => number) => {
  const store = createMemoryLocalStore();
  const token = () => `test~${world.appId}~${now()}~0`;
  let skew = 0;
  let attempt = calm;
  let answered = 0;
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (typeof init?.body !== 'string' || !String(input).endsWith('/pull')) return world.fetch(input, init);
    return world.fetch(input, { ...init, body: JSON.stringify({ ...JSON.parse(init.body), limit: attempt.limit }) });
  };
  const http = createHttpCalls({ url: 'http://synckeep.test', token, fetch });

  const lose = <T>(answer: T): T => {
    if (answered++ === attempt.lostAfter) throw new ApiError('unreachable', { message: 'Lost.', status: 0 });
    return answer;
  };
  const call: ApiCalls = async (name, input) => lose(await http.call(name, input));
  const open: HttpCalls['open'] = async (name, input) => lose(await http.open(name, input));
  const localNow = () => now() + skew;
  const clock = createHybridClock({ now: localNow, node: randomUUID().slice(0, 8) });
  const context: SyncContext = {
    ...{ store, call, open, clock, now: localNow, newId: randomUUID },
    ...{ namesBlobs: true, mergeOf: () => lastWriteWins, onRows() {}, onSetAside() {}, onMissingBlobs() {} },
  };
  const deviceId = await register(
    { ...context, call: http.call },
    new AbortController().signal,
    { name: 'Laptop', platform: 'linux' },
    false,
  );
  let isFirst = true;
  let mustPull = false;
  let expired = 0;

  const isUnsent = async () => (await store.countUnsent()) > 0 || (await readBatch(store)).value !== null;

  /** What the engine does about a failure. @throws what a client does not expect */
  const onFailure = async (error: unknown): Promise<void> => {
    const failure = toFailure(error);
    if (failure.kind === 'transient') return;
    mustPull = true;
    if (failure.kind === 'row-changed') return;
    if (failure.kind !== 'expired') throw error;
    expired++;
    await recover(context, failure.recovery ?? 'restored');
  };

  const run = async (activity: () => Promise<void>, how: Attempt): Promise<void> => {
    attempt = how;
    answered = 0;
    try {
      await activity();
    } catch (error) {
      await onFailure(error);
    }
  };

  const peer = {
    deviceId,
    /** How often its cursor was refused. */
    expired: () => expired,
    drift(milliseconds: number) {
      skew = milliseconds;
    },
    isUnsent,
    edit: (kind: 'put' | 'delete', id: string, text: string) =>
      kind === 'put' ? notes.put({ id, text }) : notes.delete(id),
    rows: () => notes.query(),
    pull: (how: Attempt = calm) =>
      run(async () => {
        const { end } = await pull(context, { signal: new AbortController().signal, keys }, deviceId, isFirst);
        if (end !== 'read') throw new Error(`The pull ended ${end}.`);
        isFirst = false;
        mustPull = false;
      }, how),
    /** Where a push was refused until something is pulled, a pull. */
    push: (how: Attempt = calm) =>
      mustPull || isFirst
        ? peer.pull(how)
        : run(async () => {
            await push(context, { signal: new AbortController().signal, keys }, deviceId);
          }, how),
  };
  const notes = createTable<Note>(table, {}, { store, clock, rows$: NEVER, onWrite() {} });
  return peer;
};

export type Peer = Awaited<ReturnType<typeof openPeer>>;
