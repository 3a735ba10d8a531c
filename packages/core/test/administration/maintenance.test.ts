import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMaintenance } from '../../src/administration/maintenance.js';
import {
  type BlobStore,
  type Clock,
  holdBlobs,
  type Log,
  type Storage,
  silentLog,
  systemRandom,
} from '../../src/index.js';
import {
  createMemoryBlobStore,
  createMemoryState,
  createMemoryStorage,
  type MemoryState,
} from '../../src/memory/index.js';
import { createImports } from '../../src/moving/imports.js';

describe('maintenance', () => {
  const time = Date.UTC(2030, 0, 1);
  const clock: Clock = { now: () => time, after: () => () => {} };
  const toKeys = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `app/user/${String(index).padStart(4, '0')}`);

  let state: MemoryState;
  let objects: string[];
  let fault: (objectKey: string) => Error | undefined;
  const remove = vi.fn<BlobStore['delete']>();
  const warn = vi.fn<Log['warn']>();

  const open = (over: (storage: Storage) => Partial<Storage> = () => ({})) => {
    const storage = createMemoryStorage({ state });
    const blobStore: BlobStore = {
      ...createMemoryBlobStore({ baseUrl: () => 'http://127.0.0.1/api/sync' }),
      delete: remove,
      list: async (after, limit) =>
        objects
          .filter((objectKey) => after === null || objectKey > after)
          .slice(0, limit)
          .map((objectKey) => ({ objectKey, modifiedAt: 0 })),
    };
    return createMaintenance({
      storage: { ...storage, ...over(storage) },
      blobStore,
      clock,
      log: { ...silentLog, warn },
      observer: null,
      resumeErasing: async () => 0,
    });
  };

  beforeEach(() => {
    state = createMemoryState();
    objects = [];
    fault = () => undefined;
    warn.mockReset();
    remove.mockReset().mockImplementation(async (objectKey) => {
      const thrown = fault(objectKey);
      if (thrown) throw thrown;
      objects = objects.filter((present) => present !== objectKey);
    });
  });

  it('runs every step, also after others that failed, and throws what went wrong together', async () => {
    objects = toKeys(2);
    const faults = ['records', 'batches', 'history', 'reservations'].map((name) => new Error(name));
    const [records, batches, history, reservations] = faults.map((thrown) => () => Promise.reject(thrown));
    if (!records || !batches || !history || !reservations) throw new Error('A fault is missing.');
    const maintenance = open((storage) => ({
      records: { ...storage.records, sweep: records },
      changeLog: { ...storage.changeLog, forgetBatches: batches },
      keyStore: { ...storage.keyStore, forgetHistory: history },
      blobIndex: { ...storage.blobIndex, discardUnconfirmed: reservations },
    }));
    const thrown = await maintenance.maintain().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AggregateError);
    expect(thrown).toMatchObject({ errors: faults });
    expect(objects).toEqual([]);
  });

  it('leaves objects without a row while blobs are held, and looks again an hour later', async () => {
    objects = toKeys(1);
    const maintenance = open();
    const hold = await holdBlobs({ records: createMemoryStorage({ state }).records, clock, random: systemRandom });
    await maintenance.maintain();
    expect(objects).toEqual(toKeys(1));
    await hold.release();
    await maintenance.maintain();
    expect(objects).toEqual([]);
  });

  it('tries the sweep of objects without a row again an hour later when it failed, else a day later', async () => {
    objects = toKeys(1);
    let isDown = true;
    const maintenance = open((storage) => ({
      blobIndex: {
        ...storage.blobIndex,
        known: (keys) => (isDown ? Promise.reject(new Error('down')) : storage.blobIndex.known(keys)),
      },
    }));
    await expect(maintenance.maintain()).rejects.toThrow(AggregateError);
    isDown = false;
    await maintenance.maintain();
    expect(objects).toEqual([]);
    objects = toKeys(1);
    await maintenance.maintain();
    expect(objects).toEqual(toKeys(1));
  });

  it('keeps objects without a row while an import is not done, which may count on them, and says so', async () => {
    objects = toKeys(2);
    const storage = createMemoryStorage({ state });
    const imports = createImports({ storage, clock });
    await imports.begin('import', 'export');
    const maintenance = open();
    await maintenance.maintain();
    expect(objects).toEqual(toKeys(2));
    expect(warn.mock.calls).toEqual([[{ import: 'import' }, expect.stringMatching(/import/)]]);
    await imports.end('import');
    await maintenance.maintain();
    expect(objects).toEqual([]);
  });

  it('goes on after an object without a row that cannot be deleted, and says so once', async () => {
    objects = toKeys(1500);
    const [first = '', second = ''] = objects;
    fault = (objectKey) => (objectKey === first || objectKey === second ? new Error(objectKey) : undefined);
    await open().maintain();
    expect(objects).toEqual([first, second]);
    expect(warn.mock.calls).toEqual([[{ err: new Error(first), objects: 2 }, expect.any(String)]]);
  });

  it.each(['discarded objects', 'objects without a row'])('stops among %s with the one that it is at', async (kind) => {
    if (kind === 'discarded objects') for (const objectKey of toKeys(5000)) state.discarded.add(objectKey);
    else objects = toKeys(5000);
    const maintenance = open();
    let stopped: Promise<void> | undefined;
    remove.mockImplementation(async () => {
      if (remove.mock.calls.length === 150) stopped = maintenance.stop();
    });
    await maintenance.maintain();
    await stopped;
    expect(remove).toHaveBeenCalledTimes(150);
  });

  it('stops between two steps of one sweep', async () => {
    const sweep = vi.fn<Storage['records']['sweep']>();
    const maintenance = open((storage) => ({ records: { ...storage.records, sweep } }));
    let stopped: Promise<void> | undefined;
    sweep.mockImplementation(async () => {
      if (sweep.mock.calls.length === 3) stopped = maintenance.stop();
      return sweep.mock.calls.length < 10 ? 1000 : 0;
    });
    await maintenance.maintain();
    await stopped;
    expect(sweep).toHaveBeenCalledTimes(3);
  });
});
