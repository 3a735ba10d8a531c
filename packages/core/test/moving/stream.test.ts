import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { abandonImports, exportData, importData, type Storage, systemClock } from '../../src/index.js';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '../../src/memory/index.js';
import { formatVersion, type Header, type Line, type LineOf } from '../../src/moving/format.js';
import { createLineWriter } from '../../src/moving/line-writer.js';
import { openServer } from '../opened-server.js';

const scope = { appId: '550e8400-e29b-41d4-a716-446655440000', userId: '660e8400-e29b-41d4-a716-446655440000' };
const blobStore = createMemoryBlobStore({ baseUrl: () => 'http://sync.test' });

const openLog = async (pushes: number, bytes: number) => {
  const storage = createMemoryStorage();
  const device = {
    id: 'd',
    name: 'd',
    platform: 'linux',
    installationId: null,
    session: null,
  } as const;
  await storage.deviceStore.register(scope, { ...device, now: 1, freshEpoch: 'ab'.repeat(8), guards: [] });
  const change = { table: 't', op: 'insert', rowId: 'r', timestamp: '2026-03-13T10:05:00Z', blobs: null } as const;
  const changes = [{ ...change, data: 'x'.repeat(bytes) }];
  for (let count = 0; count < pushes; count++) {
    const batch = {
      deviceId: 'd',
      batchId: null,
      changes,
      keyVersion: null,
      base: null,
      tag: 7,
      now: 1,
      bytesLimit: null,
    };
    await storage.changeLog.append(scope, batch);
  }
  return storage;
};

/** The head of a stream and whatever a test wants to follow it. */
const streamOf = (lines: readonly Line[], over: Partial<Header> = {}) => {
  const writer = createLineWriter();
  const header: Header = {
    synckeep_export: formatVersion,
    export_id: '0'.repeat(32),
    exported_at: '2026-03-13T10:05:00Z',
    app_id: null,
    user_id: null,
    blobs: 'inline',
    ...over,
  };
  const written = [writer.write(header), ...lines.map(writer.write), writer.end()];
  return (async function* () {
    yield* written;
  })();
};

const collectLines = async (source: AsyncIterable<Uint8Array>): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of source) lines.push(Buffer.from(line).toString('utf8'));
  return lines;
};

const importInto = (storage: Storage, source: AsyncIterable<Uint8Array>) =>
  importData({ storage, blobStore, notifier: createMemoryNotifier(), source });

const scopeLine: LineOf<'scope'> = {
  ...{ type: 'scope', app_id: scope.appId, user_id: scope.userId, epoch: 'ab'.repeat(8) },
  ...{ position: 0, tag: 0, floor: 0, key: null, rotation: null, last_key_version: 0, key_revision: 0, rotated: false },
} as const;
const scopeEnd: LineOf<'scope_end'> = { type: 'scope_end', changes: 0, batches: 0, blobs: 0 };
const changeLine: LineOf<'change'> = {
  ...{ type: 'change', position: 1, tag: 7, device_id: 'd', table: 't', op: 'insert', row_id: 'r' },
  ...{ timestamp: '2026-03-13T10:05:00Z', data: 'x', blobs: null, key_version: 1 },
};
const deviceLine: LineOf<'device'> = {
  ...{ type: 'device', id: 'd', name: 'd', platform: 'linux', installation_id: null, session: null },
  ...{ created_at: 1, last_seen_at: 1, last_push: 0, presented: null },
};
const envelope = { envelope: 'e', etag: 't', key_version: 1 };
const batchLine: LineOf<'batch'> = {
  ...{ type: 'batch', device_id: 'd', batch_id: 'b', received_at: 1, epoch: 'ab'.repeat(8) },
  ...{ position: 0, tag: 0, floor: 0, accepted: 0 },
};

const tooMany = 2 ** 30 + 1;

/** Most of these lines are good each by itself, but not together. */
const broken: readonly (readonly [string, readonly Line[], RegExp])[] = [
  ['more key versions than storages count', [{ ...scopeLine, last_key_version: tooMany }], /"last_key_version"/],
  ['more steps of its key than storages count', [{ ...scopeLine, key_revision: tooMany }], /"key_revision"/],
  [
    'a key version that storages cannot keep',
    [{ ...scopeLine, last_key_version: 1, key: { ...envelope, key_version: tooMany } }],
    /"key.key_version"/,
  ],
  [
    'a change under a key version that storages cannot keep',
    [
      { ...scopeLine, position: 1, tag: 7 },
      { ...changeLine, key_version: tooMany },
    ],
    /"key_version"/,
  ],
  [
    'a change without the one before it',
    [
      { ...scopeLine, position: 2, tag: 7 },
      { ...changeLine, position: 2 },
    ],
    /is missing/,
  ],
  [
    'fewer changes than its log has',
    [{ ...scopeLine, position: 2, tag: 7 }, changeLine, { ...scopeEnd, changes: 1 }],
    /lacks changes/,
  ],
  ['a change behind the end of its log', [scopeLine, changeLine], /out of order/],
  ['a change twice', [{ ...scopeLine, position: 2, tag: 7 }, changeLine, changeLine], /out of order/],
  ['another tag than its log', [{ ...scopeLine, position: 1, tag: 8 }, changeLine], /another tag/],
  [
    'a key version from nowhere',
    [
      { ...scopeLine, position: 1, tag: 7 },
      { ...changeLine, key_version: 2 },
    ],
    /never given out/,
  ],
  [
    'a replaced text without a rotation',
    [
      { ...scopeLine, position: 1, tag: 7 },
      { ...changeLine, replaced: { data: 'y', key_version: null } },
    ],
    /fit the rotation/,
  ],
  [
    'an unreadable entry without a rotation',
    [
      { ...scopeLine, position: 1, tag: 7 },
      { ...changeLine, unreadable: true },
    ],
    /fit the rotation/,
  ],
  ['an envelope of a version from nowhere', [{ ...scopeLine, key: envelope }, scopeEnd], /never given out/],
  [
    'a rotation without a key',
    [{ ...scopeLine, rotated: true, last_key_version: 1, rotation: { ...envelope, aborting: false } }, scopeEnd],
    /rotation from no key/,
  ],
  ['a device twice', [scopeLine, deviceLine, deviceLine, scopeEnd], /two have one id/],
  ['a device that wrote what is not there', [scopeLine, { ...deviceLine, last_push: 1 }, scopeEnd], /behind the end/],
  [
    'more devices than a user can have',
    [scopeLine, ...Array.from({ length: 1001 }, (_, i) => ({ ...deviceLine, id: `${i}` }))],
    /more devices/,
  ],
  ['a floor above the end', [{ ...scopeLine, floor: 1 }, scopeEnd], /floor is above/],
  ['a batch of no device', [scopeLine, batchLine, { ...scopeEnd, batches: 1 }], /of no device/],
  ['a batch twice', [scopeLine, deviceLine, batchLine, batchLine], /out of order/],
  [
    'an epoch twice',
    [scopeLine, { type: 'ended_epoch', epoch: 'cd'.repeat(8) }, { type: 'ended_epoch', epoch: 'cd'.repeat(8) }],
    /out of order/,
  ],
  [
    'parts in another order',
    [scopeLine, deviceLine, batchLine, { type: 'ended_epoch', epoch: 'cd'.repeat(8) }],
    /should come before/,
  ],
  ['a wrong count', [scopeLine, { ...scopeEnd, batches: 1 }], /not everything came/],
  ['a part of no scope', [changeLine], /a part of no scope/],
  ['a scope in a scope', [scopeLine, scopeLine], /no part of the scope/],
  [
    'an object key where bytes should be',
    [scopeLine, { type: 'blob', hash: 'a'.repeat(64), size_bytes: 1, object_key: 'a' }],
    /another object/,
  ],
  [
    'bytes that are none',
    [scopeLine, { type: 'blob', hash: 'a'.repeat(64), size_bytes: 1 }, { type: 'bytes', data: '*' }],
    /no part of the blob/,
  ],
  [
    'more bytes than its blob',
    [scopeLine, { type: 'blob', hash: 'a'.repeat(64), size_bytes: 1 }, { type: 'bytes', data: 'aaaa' }],
    /beyond the size/,
  ],
  [
    'other bytes than its blob',
    [scopeLine, { type: 'blob', hash: 'a'.repeat(64), size_bytes: 3 }, { type: 'bytes', data: 'aaaa' }],
    /other bytes/,
  ],
  [
    'no bytes of its blob',
    [scopeLine, { type: 'blob', hash: 'a'.repeat(64), size_bytes: 3 }, { ...scopeEnd, blobs: 1 }],
    /no part of the blob/,
  ],
];

describe('a stream', () => {
  it('is read from the storage in the pace of its reader', async () => {
    const storage = await openLog(50, 1024 * 1024);
    let pages = 0;
    const counting: Storage = {
      ...storage,
      transfer: {
        ...storage.transfer,
        read(asked, part, query) {
          pages += 1;
          return storage.transfer.read(asked, part, query);
        },
      },
    };
    const stream = exportData({ storage: counting, blobStore, filter: scope, blobs: 'inline' });
    let bytes = 0;
    for (let count = 0; count < 6; count++) bytes += (await stream.next()).value?.length ?? 0;
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
    // Ended epochs, and a page or two of 4 MiB of changes.
    expect(pages).toBeLessThanOrEqual(4);
    await stream.return(undefined);
  });

  it('is written in the pace of the storage', async () => {
    const storage = await openLog(40, 100_000);
    let produced = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for await (const chunk of exportData({
        storage,
        blobStore,
        filter: { ...scope, appId: null },
        blobs: 'inline',
      })) {
        produced += chunk.length;
        yield chunk;
      }
    }
    const target = (await openServer()).storage;
    const app = {
      id: scope.appId,
      name: 'n',
      createdAt: 1,
      keys: [],
      paused: false,
      origins: [],
      redirects: [],
      link: null,
    };
    const rest = {
      blobLimit: null,
      bytesLimit: null,
      dialect: 'standard',
      requireBase: false,
      compaction: null,
      collectBlobs: null,
      registration: 'closed',
    };
    const record = {
      kind: 'app',
      key: scope.appId,
      value: { ...app, ...rest },
      expiresAt: null,
      unique: {},
      indexes: {},
    };
    await target.records.transact([{ write: 'put', condition: 'any', ...record }], 1);
    let written = 0;
    const slow: Storage = {
      ...target,
      transfer: {
        ...target.transfer,
        async write(asked, by, part, items) {
          // What waits is a step and a chunk.
          expect(produced - written).toBeLessThan(1_500_000);
          for (const item of items) written += JSON.stringify(item).length;
          return target.transfer.write(asked, by, part, items);
        },
      },
    };
    await importInto(slow, source());
    expect(written).toBeGreaterThan(4_000_000);
  });

  it.each(broken)('with %s is refused, and leaves nothing', async (_, lines, sentence) => {
    const storage = createMemoryStorage();
    const refused = importInto(storage, streamOf(lines));
    await expect(refused).rejects.toMatchObject({ name: 'MovingError' });
    await expect(refused).rejects.toThrow(sentence);
    expect(await storage.scopes({ appId: null, userId: null }, null, 1)).toEqual([]);
    expect(await storage.records.all(null, 1)).toEqual([]);
  });

  it('with a record that is nested without end is refused', async () => {
    const storage = createMemoryStorage();
    const line = `{"type":"record","kind":"erased","key":"k","expires_at":null,"value":${'['.repeat(200_000)}`;
    const stream = [...(await collectLines(streamOf([]))).slice(0, 1), `${line}${']'.repeat(200_000)}}\n`];
    const refused = importInto(storage, Readable.from(stream.map((text) => Buffer.from(text))));
    await expect(refused).rejects.toThrow(/nested too deeply|no valid|not JSON/);
    expect(await storage.records.all(null, 1)).toEqual([]);
  });

  it('may lack rows below the floor, which compaction took away', async () => {
    const storage = createMemoryStorage();
    const head = { ...scopeLine, position: 4, tag: 7, floor: 2 };
    const changes = [3, 4].map((position) => ({ ...changeLine, position }));
    await importInto(storage, streamOf([head, ...changes, { ...scopeEnd, changes: 2 }]));
    expect(await storage.changeLog.status(scope, 1)).toMatchObject({
      totalChanges: 2,
      head: { position: 4, floor: 2 },
    });
  });

  it('may take a scope back', async () => {
    const storage = createMemoryStorage();
    const lines: Line[] = [{ ...scopeLine, position: 1, tag: 7 }, changeLine, { type: 'scope_dropped' }];
    expect(await importInto(storage, streamOf(lines))).toMatchObject({ scopes: 0, changes: 0 });
    expect(await importInto(storage, streamOf([...lines, scopeLine, scopeEnd]))).toMatchObject({
      scopes: 1,
      changes: 0,
    });
  });
});

describe('an import that was begun and not done', () => {
  const begin = async () => {
    const { server, storage } = await openServer();
    const broken: Storage = {
      ...storage,
      transfer: { ...storage.transfer, seal: () => Promise.reject(new Error('crash')) },
    };
    await expect(importInto(broken, streamOf([scopeLine, scopeEnd]))).rejects.toThrow('crash');
    expect(await storage.scopes(scope, null, 1)).toEqual([scope]);
    return { server, storage };
  };

  it('can be given up, and leaves nothing', async () => {
    const { storage } = await begin();
    expect(await abandonImports({ storage, clock: systemClock })).toBe(1);
    expect(await storage.scopes(scope, null, 1)).toEqual([]);
    expect(await abandonImports({ storage, clock: systemClock })).toBe(0);
  });

  it('is told to whoever wants to bring something else into the same scope', async () => {
    const { storage } = await begin();
    const other = streamOf([scopeLine, scopeEnd], { export_id: '1'.repeat(32) });
    await expect(importInto(storage, other)).rejects.toThrow(/import --abandon/);
  });
});
