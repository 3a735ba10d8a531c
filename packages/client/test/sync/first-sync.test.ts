import 'fake-indexeddb/auto';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeHandler } from '@synckeep/node-http';
import { ndjson } from '@synckeep/protocol';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openIndexedDbLocalStore } from '../../src/store/indexed-db-store.js';
import type { LocalStore } from '../../src/store/local-store.js';
import { createMemoryLocalState, createMemoryLocalStore } from '../../src/store/memory-store.js';
import { openSqliteLocalStore } from '../../src/store/open-sqlite-store.js';
import { type DeviceOptions, type Note, openDevice, settled, type TestDevice, until } from '../world/device.js';
import { refuse } from '../world/intercept.js';
import { openWorld, type World } from '../world/server.js';

const rows = 60;
const perPage = 5;

type Fetch = typeof globalThis.fetch;
type Meddle = (answer: Response, count: number) => Response | Promise<Response>;

const isLines = (answer: Response): boolean => answer.headers.get('content-type') === ndjson;

let world: World;
let writer: TestDevice;
const opened: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  world = await openWorld();
  writer = await openDevice(world, { name: 'Writer' });
  for (let n = 0; n < rows; n++) await writer.table<Note>('notes').put({ id: `note-${n}`, text: `Text ${n} ö` });
  await writer.sync.start();
  await settled(writer);
});
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});
afterAll(async () => {
  await writer.close();
  await world.close();
});

/** A network whose pages are short, and where somebody stands between: `meddle` gets the answers of lines, by number. */
const shortPages = (meddle: Meddle, log: string[] = [], fetch: Fetch = world.fetch): Fetch => {
  let count = 0;
  return async (input, init) => {
    if (!String(input).endsWith('/pull') || typeof init?.body !== 'string') return fetch(input, init);
    const body = JSON.stringify({ ...JSON.parse(init.body), limit: perPage });
    const answer = await fetch(input, { ...init, body });
    log.push(isLines(answer) ? 'lines' : 'page');
    return isLines(answer) ? meddle(answer, ++count) : answer;
  };
};

const asIs: Meddle = (answer) => answer;

/** So many bytes of an answer, and then the connection breaks, or it ends as if that were all. */
const cutAfter = (answer: Response, bytes: number, isClean: boolean): Response => {
  let left = bytes;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      controller.enqueue(part.subarray(0, left));
      left -= part.length;
      if (left > 0) return;
      if (isClean) controller.terminate();
      else controller.error(new TypeError('terminated'));
    },
  });
  return new Response(answer.body?.pipeThrough(cut), answer);
};

const open = async (options: DeviceOptions): Promise<TestDevice> => {
  const device = await openDevice(world, { name: 'Fresh', ...options });
  opened.push(device);
  return device;
};

const synced = async (options: DeviceOptions): Promise<TestDevice> => {
  const device = await open(options);
  await device.sync.start();
  await settled(device);
  return device;
};

const notesOf = async (device: TestDevice) =>
  [...(await device.table<Note>('notes').query())].sort((a, b) => a.id.localeCompare(b.id));

const expectAll = async (device: TestDevice) => expect(await notesOf(device)).toEqual(await notesOf(writer));

const openSqlite = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-first-'));
  const store = openSqliteLocalStore(join(folder, 'notes.db'));
  opened.push({ close: () => rm(folder, { recursive: true }) }, { close: async () => store.close() });
  return store;
};

const openIndexedDb = async () => {
  const store = await openIndexedDbLocalStore({ name: randomUUID() });
  opened.push({ close: async () => store.close() });
  return store;
};

const stores: readonly [string, () => Promise<LocalStore | undefined>][] = [
  ['memory', async () => undefined],
  ['SQLite', openSqlite],
  ['IndexedDB', openIndexedDb],
];

describe('a pull with much to get', () => {
  test('asks for one page and gets all that is left in one answer of lines [P-49]', async () => {
    const log: string[] = [];
    await expectAll(await synced({ fetch: shortPages(asIs, log) }));
    expect(log.slice(0, 2)).toEqual(['page', 'lines']);
    expect(log.filter((each) => each === 'lines')).toHaveLength(1);
  });

  test.each(stores)('goes on from the last cursor wherever the answer is cut, into %s [P-49]', async (_, openStore) => {
    const point = fc.record({ bytes: fc.integer({ min: 0, max: 9_000 }), isClean: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(point, { minLength: 1, maxLength: 4 }), async (points) => {
        const cursors = new Set<string>();
        const fetch = shortPages((answer, count) => {
          const next = points[count - 1];
          return next ? cutAfter(answer, next.bytes, next.isClean) : answer;
        });
        const store = await openStore();
        const device = await synced({
          ...(store && { store }),
          fetch: async (input, init) => {
            if (String(input).endsWith('/pull')) cursors.add(String(JSON.parse(String(init?.body)).cursor));
            return fetch(input, init);
          },
        });
        await expectAll(device);
        expect(device.sync.status).toMatchObject({ problem: null, quarantined: 0 });
        await device.sync.stop();
      }),
      { numRuns: 25 },
    );
  });

  test('stores the rows of each page with its cursor, so that a program that dies meanwhile goes on from there', async () => {
    let pages = 0;
    const store = await openSqlite();
    const counting: LocalStore = {
      ...store,
      async commit(changes) {
        // The program dies: nothing is stored any more.
        if ((changes.rows?.length ?? 0) > 0 && ++pages > 4) return new Promise<boolean>(() => {});
        return store.commit(changes);
      },
    };
    const dying = await openDevice(world, { fetch: shortPages(asIs), store: counting });
    await dying.sync.start();
    await until(() => pages > 4);
    expect(await notesOf(dying)).toHaveLength(4 * perPage);
    const asked: unknown[] = [];
    const fetch: Fetch = async (input, init) => {
      if (String(input).endsWith('/pull')) asked.push(JSON.parse(String(init?.body)).cursor);
      return shortPages(asIs)(input, init);
    };
    await expectAll(await synced({ fetch, store }));
    expect(asked[0]).toEqual(expect.any(String));
  });

  test('takes pages from a server that has no lines', async () => {
    const log: string[] = [];
    const old: Fetch = (input, init) => world.fetch(input, { ...init, headers: { ...init?.headers, accept: '*/*' } });
    await expectAll(await synced({ fetch: shortPages(asIs, log, old) }));
    expect(log).not.toContain('lines');
  });

  test.each<[string, Meddle]>([
    ['cuts it before its first cursor', (answer) => cutAfter(answer, 200, false)],
    ['answers a page of its own', () => new Response('<h1>Not acceptable</h1>', { status: 406 })],
    [
      'puts something else into it',
      () => new Response('{"cursor":null}\nBad gateway\n', { headers: { 'content-type': ndjson } }),
    ],
    ['never answers', () => Promise.reject(new TypeError('fetch failed'))],
  ])('takes pages where a proxy %s', async (_, meddle) => {
    const log: string[] = [];
    await expectAll(await synced({ fetch: shortPages(meddle, log) }));
    expect(log.filter((each) => each === 'page').length).toBeGreaterThan(rows / perPage - 2);
  });

  test('hears in the middle that the log was reset, and asks the person [P-47]', async () => {
    const fetch = shortPages(async (answer) => {
      const lines = (await answer.text()).split('\n').slice(0, 20);
      const body = { error: 'It is gone.', code: 'cursor_expired', details: { reason: 'reset' } };
      return new Response(`${[...lines, JSON.stringify(body)].join('\n')}\n`, answer);
    });
    const device = await open({ fetch });
    await device.sync.start();
    await until(() => device.sync.status.phase === 'needs-answer');
    expect((await notesOf(device)).length).toBeGreaterThan(perPage);
  });

  test('renews its session when the token ends in the middle, and goes on [P-16]', async () => {
    let renewals = 0;
    const lines = shortPages(async (answer, count) => {
      if (count > 1) return answer;
      const text = (await answer.text()).split('\n').slice(0, 20).join('\n');
      return new Response(`${text}\n${JSON.stringify({ error: 'Ended.', code: 'invalid_token' })}\n`, answer);
    });
    const fetch: Fetch = (input, init) => {
      if (String(input).endsWith('/auth/renew')) renewals++;
      return lines(input, init);
    };
    await expectAll(await synced({ fetch }));
    expect(renewals).toBe(1);
  });

  test('waits as long as a refusal of the lines says, and goes on [P-6]', async () => {
    let refusals = 0;
    const fetch = shortPages((answer, count) => {
      if (count > 1) return answer;
      refusals++;
      return refuse(429, 'rate_limited');
    });
    await expectAll(await synced({ fetch }));
    expect(refusals).toBe(1);
  });

  test('leaves the answer when the client is stopped', async () => {
    let isLeft = false;
    const lines = shortPages(asIs);
    const fetch: Fetch = async (input, init) => {
      const answer = await lines(input, init);
      if (!isLines(answer)) return answer;
      const silent = new ReadableStream<Uint8Array>({
        start(controller) {
          init?.signal?.addEventListener('abort', () => {
            isLeft = true;
            controller.error(init.signal?.reason);
          });
        },
      });
      return new Response(silent, answer);
    };
    const device = await open({ fetch });
    await device.sync.start();
    await until(async () => (await notesOf(device)).length === perPage);
    expect(isLeft).toBe(false);
    await device.sync.stop();
    expect(isLeft).toBe(true);
    expect(await notesOf(device)).toHaveLength(perPage);
  });
});

test('a device that is slow to store holds back the server, which reads two pages ahead at most [P-49]', async () => {
  const { changeLog } = world.storage;
  const { read } = changeLog;
  let reads = 0;
  const counted = async (...given: Parameters<typeof read>) => {
    reads++;
    return read(...given);
  };
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const store = createMemoryLocalStore(createMemoryLocalState());
  const slow: LocalStore = {
    ...store,
    async commit(changes) {
      if ((changes.rows?.length ?? 0) > 0) await held;
      return store.commit(changes);
    },
  };
  Object.assign(changeLog, { read: counted });
  opened.push({ close: async () => Object.assign(changeLog, { read }) });
  const device = await open({ fetch: shortPages(asIs), store: slow });
  await device.sync.start();
  await until(() => reads >= 3);
  // Time enough for all of the log, were it not held back.
  for (let n = 0; n < 50; n++) await writer.call('status');
  // One page as JSON, and of the lines one that waits to be stored, one in the answer and two in the server.
  expect(reads).toBeLessThanOrEqual(5);
  release();
  await settled(device);
  await expectAll(device);
});

test('a fresh device reads its lines compressed, from a real socket', async () => {
  const http = createServer(createNodeHandler(world.server));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  opened.push({ close: async () => http.closeAllConnections() }, { close: async () => http.close() });
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const encodings: (string | null)[] = [];
  const fetch: Fetch = (input, init) =>
    globalThis.fetch(String(input).replace('http://synckeep.test', `http://127.0.0.1:${port}`), init);
  const lines: Meddle = (answer) => {
    encodings.push(answer.headers.get('content-encoding'));
    return answer;
  };
  await expectAll(await synced({ fetch: shortPages(lines, [], fetch) }));
  expect(encodings).toEqual(['gzip']);
});
