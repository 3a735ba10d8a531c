import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteDiscarded } from '../../src/blobs/delete-discarded.js';
import {
  type BlobStore,
  type Clock,
  holdBlobs,
  holdLifetime,
  type Log,
  type Storage,
  silentLog,
  systemRandom,
} from '../../src/index.js';
import { createMemoryBlobStore, createMemoryState, createMemoryStorage } from '../../src/memory/index.js';

describe('deletion of discarded objects', () => {
  const toKey = (index: number): string => `app/user/${String(index).padStart(4, '0')}`;
  const toKeys = (count: number): string[] => Array.from({ length: count }, (_, index) => toKey(index));

  let tried: string[];
  let fault: (objectKey: string) => Error | undefined;
  let now: number;
  const clock: Clock = { now: () => now, after: () => () => {} };
  let deps: { readonly storage: Storage; readonly blobStore: BlobStore; readonly clock: Clock; readonly log: Log };
  const warn = vi.fn<Log['warn']>();

  /** A storage that lists so many objects. */
  const open = (count: number): void => {
    const state = createMemoryState();
    for (const objectKey of toKeys(count)) state.discarded.add(objectKey);
    const blobStore: BlobStore = {
      ...createMemoryBlobStore({ baseUrl: () => 'http://127.0.0.1/api/sync' }),
      async delete(objectKey) {
        tried.push(objectKey);
        const thrown = fault(objectKey);
        if (thrown) throw thrown;
      },
    };
    deps = { storage: createMemoryStorage({ state }), blobStore, clock, log: { ...silentLog, warn } };
  };
  const left = () => deps.storage.blobIndex.discarded(null, 10_000);

  beforeEach(() => {
    now = Date.UTC(2030, 0, 1);
    tried = [];
    fault = () => undefined;
    warn.mockClear();
  });

  it('takes one step of a hundred, or all of them', async () => {
    open(350);
    await deleteDiscarded(deps);
    expect(tried).toEqual(toKeys(100));
    expect(await left()).toHaveLength(250);
    await deleteDiscarded(deps, 'all');
    expect(tried).toEqual(toKeys(350));
    expect(await left()).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('goes on after objects that cannot be deleted, which stay listed, and says so once', async () => {
    open(350);
    const stuck = [toKey(0), ...toKeys(220).slice(100)];
    fault = (objectKey) => (stuck.includes(objectKey) ? new Error(objectKey) : undefined);
    await deleteDiscarded(deps, 'all');
    expect(tried).toEqual(toKeys(350));
    expect(await left()).toEqual(stuck);
    expect(warn.mock.calls).toEqual([[{ err: new Error(toKey(0)), objects: stuck.length }, expect.any(String)]]);
  });

  it('ends with the object that it is at when it is stopped, and forgets those that are gone', async () => {
    open(350);
    await deleteDiscarded(deps, 'all', () => tried.length === 130);
    expect(tried).toEqual(toKeys(130));
    expect(await left()).toEqual(toKeys(350).slice(130));
  });

  it('deletes nothing while blobs are held, by anybody, and goes on when they are released', async () => {
    open(3);
    const { records } = deps.storage;
    const hold = () => holdBlobs({ records, clock, random: systemRandom });
    const [first, second] = [await hold(), await hold()];
    await deleteDiscarded(deps, 'all');
    await first.release();
    await deleteDiscarded(deps, 'all');
    expect({ tried, left: await left() }).toEqual({ tried: [], left: toKeys(3) });
    await second.release();
    await deleteDiscarded(deps, 'all');
    expect({ tried, left: await left() }).toEqual({ tried: toKeys(3), left: [] });
  });

  it('waits for no hold that was not renewed, whose holder is told so', async () => {
    open(3);
    const hold = await holdBlobs({ records: deps.storage.records, clock, random: systemRandom });
    now += holdLifetime - 1;
    expect(await hold.renew()).toBe(true);
    now += holdLifetime - 1;
    await deleteDiscarded(deps, 'all');
    expect(tried).toEqual([]);
    now += 1;
    await deleteDiscarded(deps, 'all');
    expect({ tried, isHeld: await hold.renew() }).toEqual({ tried: toKeys(3), isHeld: false });
  });

  it('leaves what was still needed when a hold began, also when it looked before that', async () => {
    open(1);
    const { blobIndex, records } = deps.storage;
    const storage = {
      ...deps.storage,
      blobIndex: {
        ...blobIndex,
        async discarded(after: string | null, limit: number) {
          await holdBlobs({ records, clock, random: systemRandom });
          return blobIndex.discarded(after, limit);
        },
      },
    };
    await deleteDiscarded({ ...deps, storage });
    expect(tried).toEqual([]);
  });

  it('does not fail its caller when the storage does', async () => {
    open(3);
    const down = new Error('down');
    const storage = {
      ...deps.storage,
      blobIndex: { ...deps.storage.blobIndex, forgetDiscarded: () => Promise.reject(down) },
    };
    await deleteDiscarded({ ...deps, storage });
    expect(warn).toHaveBeenCalledExactlyOnceWith({ err: down }, expect.any(String));
  });
});
