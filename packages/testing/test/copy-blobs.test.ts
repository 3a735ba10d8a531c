import { type BlobStore, copyBlobs, createFallbackBlobStore } from '@synckeep/core';
import { createMemoryBlobStore } from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';
import { alter, createObject, type SampleObject } from '../src/contracts/blob-store/sample-object.js';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const openStore = () => createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync' });

const fill = async (store: BlobStore, count: number): Promise<SampleObject[]> => {
  const objects = await Promise.all(Array.from({ length: count }, (_, index) => createObject(index + 1)));
  for (const object of objects) await store.write(object, once(object.bytes));
  return objects;
};

const hashesIn = async (store: BlobStore): Promise<(string | undefined)[]> => {
  const listed = await store.list(null, 10_000);
  const stored = await Promise.all(listed.map(({ objectKey }) => store.inspect(objectKey, -1)));
  return stored.map((object) => object?.hash);
};

describe('copying blobs', () => {
  it('brings every object over, and leaves alone what is there', async () => {
    const [from, to] = [openStore(), openStore()];
    const objects = await fill(from, 450);
    const report = await copyBlobs({ from, to });
    expect(report).toMatchObject({ copied: 450, present: 0, gone: 0, failed: 0, failures: [] });
    expect(report.copiedBytes).toBe(objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    expect(await hashesIn(to)).toEqual(await hashesIn(from));
    expect(await copyBlobs({ from, to })).toMatchObject({ copied: 0, copiedBytes: 0, present: 450 });
  });

  it('works on so many at a time and no more', async () => {
    const [from, to] = [openStore(), openStore()];
    await fill(from, 30);
    let [running, most] = [0, 0];
    const slow: BlobStore = {
      ...to,
      async write(object, chunks) {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        await to.write(object, chunks);
        running -= 1;
      },
    };
    await copyBlobs({ from, to: slow, concurrency: 3 });
    expect(most).toBe(3);
  });

  it('goes on where it was interrupted', async () => {
    const [from, to] = [openStore(), openStore()];
    await fill(from, 300);
    const abort = new AbortController();
    const onProgress = ({ copied }: { readonly copied: number }) => copied >= 120 && abort.abort();
    const first = await copyBlobs({ from, to, signal: abort.signal, onProgress });
    expect(first.copied).toBeGreaterThanOrEqual(120);
    expect(first.copied).toBeLessThan(130);
    expect(await copyBlobs({ from, to })).toMatchObject({ copied: 300 - first.copied, present: first.copied });
  });

  it('tells which objects are damaged, or cannot be written, and copies the others', async () => {
    const [from, to] = [openStore(), openStore()];
    const objects = await fill(from, 5);
    const [damaged, taken] = objects;
    const lying: BlobStore = {
      ...from,
      read: async (objectKey) => (objectKey === damaged?.objectKey ? once(alter(damaged.bytes)) : from.read(objectKey)),
    };
    const other = await createObject(77);
    await to.write({ ...other, objectKey: taken?.objectKey ?? '' }, once(other.bytes));
    const report = await copyBlobs({ from: lying, to });
    expect(report).toMatchObject({ copied: 3, failed: 2 });
    const faults = new Map(report.failures.map(({ objectKey, fault }) => [objectKey, String(fault)]));
    expect(faults.get(damaged?.objectKey ?? '')).toMatch(/it is damaged/);
    expect(faults.get(taken?.objectKey ?? '')).toMatch(/something else under its key/);
    expect(await to.inspect(damaged?.objectKey ?? '', 1)).toBeNull();
  });

  it('counts objects that are removed meanwhile', async () => {
    const [from, to] = [openStore(), openStore()];
    await fill(from, 3);
    expect(await copyBlobs({ from: { ...from, inspect: async () => null }, to })).toMatchObject({ gone: 3, failed: 0 });
    expect(await copyBlobs({ from: { ...from, read: async () => null }, to })).toMatchObject({ gone: 3, failed: 0 });
  });

  it('verifies objects whose keys do not name a hash by what their store says', async () => {
    const [from, to] = [openStore(), openStore()];
    const object = { ...(await createObject(9)), objectKey: 'some/other/key' };
    await from.write(object, once(object.bytes));
    expect(await copyBlobs({ from, to })).toMatchObject({ copied: 1 });
    expect(await to.inspect('some/other/key', 9)).toEqual({ hash: object.hash, sizeBytes: 9 });
  });

  it('lets a fallback be left out afterwards', async () => {
    const [primary, fallback] = [openStore(), openStore()];
    const older = await fill(fallback, 20);
    const both = createFallbackBlobStore({ primary, fallback });
    const newer = await createObject(100);
    await both.write(newer, once(newer.bytes));
    await copyBlobs({ from: fallback, to: primary });
    for (const { objectKey, hash, sizeBytes } of [...older, newer]) {
      expect(await primary.inspect(objectKey, sizeBytes)).toEqual({ hash, sizeBytes });
    }
  });
});
