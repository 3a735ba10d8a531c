import { type BlobStore, createFallbackBlobStore } from '@synckeep/core';
import { createMemoryBlobStore } from '@synckeep/core/memory';
import { createRouteFetch, createVirtualClock, describeBlobStore, type OpenedBlobStore } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';
import {
  createObject,
  download,
  expectRefused,
  signUpload,
  upload,
} from '../src/contracts/blob-store/sample-object.js';

const secret = new Uint8Array(32).fill(7);

const open = (secrets: 'same' | 'other') => {
  const clock = createVirtualClock();
  const make = () =>
    createMemoryBlobStore({
      baseUrl: () => 'http://synckeep.test/api/sync',
      clock,
      ...(secrets === 'same' && { secret }),
    });
  const [primary, fallback] = [make(), make()];
  const opened = (store: BlobStore): OpenedBlobStore => ({
    store,
    fetch: createRouteFetch(store),
    now: clock.now,
    pass: async (milliseconds) => clock.advance(milliseconds),
    close: async () => {},
  });
  return { primary, fallback, opened, both: opened(createFallbackBlobStore({ primary, fallback })) };
};

describeBlobStore('memory before memory, with one secret', { open: async () => open('same').both });
describeBlobStore('memory before memory, each with its own secret', { open: async () => open('other').both });

describe.each(['same', 'other'] as const)('a blob store with a fallback, secrets: %s', (secrets) => {
  const openOlder = async () => {
    const stage = open(secrets);
    const older = await createObject(1000);
    await upload(stage.opened(stage.fallback), older);
    return { ...stage, older, ...stage.both };
  };

  it('puts whatever is new into the primary only', async () => {
    const { both, primary, fallback, store } = await openOlder();
    const [uploaded, written] = [await createObject(10), await createObject(20)];
    await upload(both, uploaded);
    async function* chunks() {
      yield written.bytes;
    }
    await store.write(written, chunks());
    for (const object of [uploaded, written]) {
      expect(await primary.inspect(object.objectKey, object.sizeBytes)).toMatchObject({ hash: object.hash });
      expect(await fallback.inspect(object.objectKey, object.sizeBytes)).toBeNull();
    }
  });

  it('reads what only the fallback has, whole and in ranges', async () => {
    const { both, store, older, fetch } = await openOlder();
    expect(await store.inspect(older.objectKey, older.sizeBytes)).toEqual({ hash: older.hash, sizeBytes: 1000 });
    expect(Buffer.from(await download(both, older)).equals(older.bytes)).toBe(true);
    const url = await store.signDownload(older.objectKey, both.now() + 60_000);
    const answer = await fetch(url, { headers: { range: 'bytes=990-' } });
    expect(answer.status).toBe(206);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(older.bytes.slice(990));
    const parts: Uint8Array[] = [];
    for await (const part of (await store.read(older.objectKey)) ?? []) parts.push(part);
    expect(Buffer.concat(parts).equals(older.bytes)).toBe(true);
  });

  it('admits an upload whose URL the fallback had signed before the change, and confirms it', async () => {
    const { both, fallback, opened, fetch, store } = await openOlder();
    const object = await createObject(500);
    const { url } = await signUpload(opened(fallback), object);
    expect((await fetch(url, { method: 'PUT', body: object.bytes })).status).toBe(200);
    expect(await store.inspect(object.objectKey, 500)).toEqual({ hash: object.hash, sizeBytes: 500 });
    expect(Buffer.from(await download(both, object)).equals(object.bytes)).toBe(true);
  });

  it('answers a URL that nobody signed as forged, and one of nothing as not found', async () => {
    const { both, store, older, fetch } = await openOlder();
    const { objectKey } = await createObject(5);
    const missing = await store.signDownload(objectKey, both.now() + 60_000);
    const answer = await fetch(missing);
    expect(await answer.json()).toMatchObject({ code: 'blob_not_found' });
    const forged = await fetch(missing.replace(objectKey, older.objectKey));
    expect(await forged.json()).toMatchObject({ code: 'invalid_signature' });
  });

  it('deletes in both, so that nothing deleted comes back', async () => {
    const { both, store, primary, fallback, older } = await openOlder();
    const url = await store.signDownload(older.objectKey, both.now() + 60_000);
    async function* chunks() {
      yield older.bytes;
    }
    await primary.write(older, chunks());
    await store.delete(older.objectKey);
    for (const each of [store, primary, fallback]) expect(await each.inspect(older.objectKey, 1000)).toBeNull();
    await expectRefused(await both.fetch(url));
  });

  it('lists what is in both once, in order, page by page', async () => {
    const { store, primary, fallback } = await openOlder();
    const objects = await Promise.all(Array.from({ length: 9 }, (_, index) => createObject(index + 1)));
    for (const [index, object] of objects.entries()) {
      async function* chunks() {
        yield object.bytes;
      }
      if (index % 3 !== 0) await primary.write(object, chunks());
      if (index % 3 !== 1) await fallback.write(object, chunks());
    }
    const walked: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<BlobStore['list']>> = await store.list(after, 2);
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(2);
      walked.push(...page.map(({ objectKey }) => objectKey));
      after = page.at(-1)?.objectKey ?? null;
    }
    expect(new Set(walked).size).toBe(walked.length);
    expect(walked).toEqual(walked.toSorted());
    expect(walked).toEqual(expect.arrayContaining(objects.map(({ objectKey }) => objectKey)));
    expect(walked).toHaveLength(10);
  });

  it('is healthy only while both stores are', async () => {
    const { primary, fallback } = open(secrets);
    const broken = { health: () => Promise.reject(new Error('down')) };
    await expect(createFallbackBlobStore({ primary, fallback }).health()).resolves.toBeUndefined();
    for (const stores of [
      { primary: { ...primary, ...broken }, fallback },
      { primary, fallback: { ...fallback, ...broken } },
    ]) {
      await expect(createFallbackBlobStore(stores).health()).rejects.toThrow('down');
    }
  });

  it('serves the routes of both stores, and one that both have once', () => {
    const { primary, fallback, both } = open(secrets);
    expect(both.store.routes).toHaveLength(1);
    const [route] = fallback.routes;
    const other = { ...fallback, routes: route ? [{ ...route, path: '/elsewhere/' }] : [] };
    const paths = createFallbackBlobStore({ primary, fallback: other }).routes.map(({ path }) => path);
    expect(paths).toEqual([primary.routes[0]?.path, '/elsewhere/']);
  });
});
