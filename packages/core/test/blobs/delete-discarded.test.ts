import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deleteDiscarded } from '../../src/blobs/delete-discarded.js';
import { type BlobStore, type Log, type Storage, silentLog } from '../../src/index.js';
import { createMemoryBlobStore, createMemoryState, createMemoryStorage } from '../../src/memory/index.js';

describe('deletion of discarded objects', () => {
  const toKey = (index: number): string => `app/user/${String(index).padStart(4, '0')}`;
  const toKeys = (count: number): string[] => Array.from({ length: count }, (_, index) => toKey(index));

  let tried: string[];
  let fault: (objectKey: string) => Error | undefined;
  let deps: { readonly storage: Storage; readonly blobStore: BlobStore; readonly log: Log };
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
    deps = { storage: createMemoryStorage({ state }), blobStore, log: { ...silentLog, warn } };
  };
  const left = () => deps.storage.blobIndex.discarded(null, 10_000);

  beforeEach(() => {
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
