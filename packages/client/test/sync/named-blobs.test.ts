import { systemClock } from '@synckeep/core';
import { afterEach, describe, expect, test } from 'vitest';
import { type BlobCache, type BlobRef, createMemoryBlobCache } from '../../src/blobs/index.js';
import type { Merge } from '../../src/merge/merge.js';
import { fill } from '../crypto/streams.js';
import { type DeviceOptions, openDevice, settled, type TestDevice, until } from '../world/device.js';
import { cut, intercept } from '../world/intercept.js';
import { createPlainCipher } from '../world/plain-cipher.js';
import { openWorld } from '../world/server.js';

interface Page {
  readonly id: string;
  readonly text?: string;
  readonly files: readonly BlobRef[];
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const day = 24 * 3600;

const open = async () => {
  let ahead = 0;
  const world = await openWorld({ clock: { ...systemClock, now: () => systemClock.now() + ahead } });
  closing.push(() => world.close());
  const scope = { appId: world.appId, userId: world.userId };
  const device = async (options: DeviceOptions = {}): Promise<TestDevice> => {
    const opened = await openDevice(world, { tables: { pages: {} }, ...options });
    closing.push(() => opened.close());
    await opened.sync.start();
    await settled(opened);
    return opened;
  };
  /** What each change of the log names, in order. */
  const named = async () => {
    const page = { after: null, limit: 500, maxBytes: 1024 * 1024 };
    const changes = await world.storage.transfer.read(scope, 'change', page);
    return changes.map(({ op, blobs }) => [op, blobs]);
  };
  /** Two days later everything that a later change superseded goes, and then blobs that nothing names. */
  const collect = async () => {
    ahead += 2 * day * 1000;
    const compaction = { keepSeconds: 0, tombstoneSeconds: 180 * day };
    const collectBlobs = { graceSeconds: day };
    await world.server.apps.update(world.appId, { requireBase: true, compaction, collectBlobs });
    await world.server.compact(scope);
    return world.server.collectBlobs(scope);
  };
  const kept = async () => (await world.storage.blobIndex.list(scope, null, 100)).map(({ hash }) => hash);
  return { world, device, named, collect, kept };
};

const pagesOf = (device: TestDevice) => device.table<Page>('pages');
const upload = (device: TestDevice, size: number) => device.blobs.upload(new Blob([fill(size)]));

describe('a push', () => {
  test('names the blobs of every row, and none for one without and for a deletion [P-89]', async () => {
    const { device, named } = await open();
    const a = await device();
    const [one, two] = [await upload(a, 1000), await upload(a, 2000)];
    await pagesOf(a).put({ id: 'p', files: [two, one] });
    await settled(a);
    await pagesOf(a).put({ id: 'p', files: [] });
    await settled(a);
    await pagesOf(a).delete('p');
    await settled(a);
    expect(await named()).toEqual([
      ['insert', [one.hash, two.hash].sort()],
      ['update', []],
      ['delete', []],
    ]);
  });

  test('of rows that were merged names what the merged row refers to [P-89]', async () => {
    const { device, named } = await open();
    const merge: Merge<Page> = ({ local, remote }) => ({
      id: 'p',
      files: [...(local.value?.files ?? []), ...(remote.value?.files ?? [])].sort((x, y) => (x.hash < y.hash ? -1 : 1)),
    });
    const tables = { pages: { merge } };
    const [a, b] = [await device({ name: 'A', tables }), await device({ name: 'B', tables })];
    const [one, two] = [await upload(a, 1000), await upload(b, 2000)];
    await b.sync.stop();
    await pagesOf(a).put({ id: 'p', files: [one] });
    await pagesOf(b).put({ id: 'p', files: [two] });
    await settled(a);
    await b.sync.start();
    await settled(b);
    expect((await named()).at(-1)?.[1]).toEqual([one.hash, two.hash].sort());
  });

  test('that is sent again under another key names them too [P-64]', async () => {
    const { world, device, named } = await open();
    let isCut = true;
    const fetch = intercept(world.fetch, ({ path }) => (path === '/push' && isCut ? cut() : null));
    const a = await device({ fetch });
    const file = await upload(a, 1000);
    await pagesOf(a).put({ id: 'p', files: [file] });
    await until(() => a.sync.status.phase === 'backing-off');
    isCut = false;
    a.keys.set({ cipher: createPlainCipher([0, 1]), keyVersion: 1 });
    await settled(a);
    expect(await named()).toEqual([['insert', [file.hash]]]);
  });

  test('says nothing about blobs where the program wants it so', async () => {
    const { device, named, collect, kept } = await open();
    const a = await device({ nameBlobs: false });
    const file = await upload(a, 1000);
    await pagesOf(a).put({ id: 'p', files: [file] });
    await settled(a);
    expect(await named()).toEqual([['insert', null]]);
    expect(await collect()).toMatchObject({ unnamed: 1, blobs: 0 });
    expect(await kept()).toEqual([file.hash]);
  });
});

describe('a log that only this client wrote', () => {
  test('loses blobs whose references are gone and keeps those that a row refers to [P-89]', async () => {
    const { device, collect, kept } = await open();
    const a = await device();
    const [stays, replaced, deleted] = [await upload(a, 1000), await upload(a, 2000), await upload(a, 3000)];
    await pagesOf(a).put({ id: 'p', files: [stays, replaced] });
    await pagesOf(a).put({ id: 'q', files: [deleted] });
    await settled(a);
    expect(await collect()).toMatchObject({ unnamed: 0, blobs: 0 });
    await pagesOf(a).put({ id: 'p', files: [stays] });
    await pagesOf(a).delete('q');
    await settled(a);
    expect(await collect()).toMatchObject({ unnamed: 0, blobs: 2 });
    expect(await kept()).toEqual([stays.hash]);
  });

  test('loses nothing while a row may refer to blobs in a way that the client does not know [P-89]', async () => {
    const { device, collect, kept } = await open();
    const a = await device();
    const file = await upload(a, 1000);
    await pagesOf(a).put({ id: 'p', files: [], text: JSON.stringify(file) });
    await settled(a);
    expect(await collect()).toMatchObject({ unnamed: 1, blobs: 0 });
    expect(await kept()).toEqual([file.hash]);
  });
});

describe('a file that was removed before the row that refers to it is pushed', () => {
  /** A device that was away with a file uploaded and a row unpushed, for longer than the grace. */
  const beAway = async (options: DeviceOptions) => {
    const opened = await open();
    const a = await opened.device(options);
    const file = await upload(a, 1000);
    await a.sync.stop();
    await pagesOf(a).put({ id: 'p', files: [file] });
    expect(await opened.collect()).toMatchObject({ blobs: 1 });
    expect(await opened.kept()).toEqual([]);
    const missing: (readonly BlobRef[])[] = [];
    a.sync.on('missingBlobs', (refs) => missing.push(refs));
    await a.sync.start();
    await settled(a);
    return { ...opened, a, file, missing };
  };

  test('is uploaded again out of the cache, which has what was uploaded [P-37]', async () => {
    const { a, device, file, kept, missing } = await beAway({ cache: createMemoryBlobCache(1_000_000) });
    await until(async () => (await kept()).includes(file.hash));
    const b = await device({ name: 'B' });
    const [received] = (await pagesOf(b).get('p'))?.files ?? [];
    if (!received) throw new Error('The row has come without its file.');
    const bytes = new Uint8Array(await new Response(b.blobs.download(received)).arrayBuffer());
    expect(bytes).toEqual(fill(1000));
    expect(missing).toEqual([]);
    expect(await a.blobs.restore(file)).toBe(true);
  });

  test('is named to the program where there is no cache, and is back once the program uploads it', async () => {
    const { a, file, kept, missing } = await beAway({});
    await until(() => missing.length > 0);
    expect(missing).toEqual([[file]]);
    expect(await a.blobs.restore(file)).toBe(false);
    expect(await upload(a, 1000)).toEqual(file);
    expect(await kept()).toEqual([file.hash]);
  });

  test('is not brought back by a damaged copy', async () => {
    const cache = createMemoryBlobCache(1_000_000);
    const damaged: BlobCache = {
      ...cache,
      read: async (hash) => (await cache.read(hash)) && new Blob(['x'.repeat(2000)]).stream(),
    };
    const { file, kept, missing } = await beAway({ cache: damaged });
    await until(() => missing.length > 0);
    expect(missing).toEqual([[file]]);
    expect(await kept()).toEqual([]);
    expect(await cache.read(file.hash)).toBeNull();
  });
});
