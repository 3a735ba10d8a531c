import { limits } from '@synckeep/protocol';
import { expect, it } from 'vitest';
import { createAudit } from '../src/administration/audit.js';
import { silentLog, systemClock, systemRandom } from '../src/environment.js';
import type { App, Clock, RecordPut, Records } from '../src/index.js';
import { createMemoryStorage } from '../src/memory/index.js';
import { createCatalog } from '../src/releases/catalog.js';
import { createDownloadCounts } from '../src/releases/download-counts.js';
import { type Release, releaseKind } from '../src/releases/release.js';
import { createReleases } from '../src/releases/releases.js';

const appId = '11111111-1111-4111-8111-111111111111';

const createClock = () => {
  const clock = { time: Date.UTC(2030, 0, 1), now: () => clock.time, after: () => () => {} };
  return clock satisfies Clock;
};

const toPut = (kind: string, key: string, value: RecordPut['value'], names: Partial<RecordPut> = {}): RecordPut => ({
  ...{ write: 'put', kind, key, value, condition: 'any', expiresAt: null, unique: {}, indexes: {}, ...names },
});

const release: Release = {
  ...{ id: 'r', appId, version: '1.2.0', channel: 'stable', state: 'published', notes: '', signature: '' },
  ...{ rollout: 100, minimumVersion: null, createdAt: 0, publishedAt: 0, artifacts: [] },
};

const putRelease = (value: Release): RecordPut =>
  toPut('release', value.id, value, { unique: releaseKind.unique(value), indexes: releaseKind.indexes(value) });

it('tells of what another process published or withdrew within 2 seconds [P-142]', async () => {
  const { records } = createMemoryStorage();
  const clock = createClock();
  const catalog = createCatalog(records, clock);
  await records.transact([toPut('slug', 'notes', { appId, takenAt: 0 }, { indexes: { app: [appId] } })], 0);
  const offered = async () => (await catalog.of('notes')).releases.map(({ version }) => version);
  expect(await offered()).toEqual([]);
  await records.transact([putRelease(release)], 0);
  clock.time += 2_000;
  expect(await offered()).toEqual(['1.2.0']);
  await records.transact([putRelease({ ...release, state: 'withdrawn' })], 0);
  clock.time += 2_000;
  expect(await offered()).toEqual([]);
});

it('asks the storage once for all who ask at the same time, and again after a fault', async () => {
  const { records } = createMemoryStorage();
  let reads = 0;
  let isDown = true;
  const counted: Records = {
    ...records,
    async get(kind, key) {
      reads += 1;
      if (isDown) throw new Error('down');
      return records.get(kind, key);
    },
  };
  const catalog = createCatalog(counted, createClock());
  const ask = () => Promise.allSettled([1, 2, 3].map(() => catalog.of('notes')));
  expect((await ask()).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  isDown = false;
  for (const each of await ask()) expect(each).toMatchObject({ reason: { code: 'slug_not_found' } });
  expect(reads).toBe(2);
});

it('begins no release beyond the number that an app may have [P-142]', async () => {
  const { records } = createMemoryStorage();
  const parts = { clock: systemClock, random: systemRandom };
  const app: App = {
    ...{ id: appId, name: 'Notes', createdAt: 0, keys: [], paused: false, origins: [], redirects: [], link: null },
    ...{
      blobLimit: null,
      bytesLimit: null,
      dialect: 'standard',
      requireBase: false,
      compaction: null,
      collectBlobs: null,
      registration: 'closed',
    },
  };
  await records.transact([toPut('app', appId, app)], 0);
  const releases = createReleases({ records, clock: systemClock, audit: createAudit(parts), onChange: () => {} });
  const actor = { kind: 'publisher', id: 't' } as const;
  const publisher = { tokenId: 't', app, actor, guards: [{ kind: 'app', key: appId, condition: 'present' }] } as const;
  const begin = (n: number) => releases.create(publisher, { ...release, id: `r${n}`, version: `1.0.${n}` }, '');
  for (let n = 0; n < limits.releasesPerApp; n++) await begin(n);
  await expect(begin(limits.releasesPerApp)).rejects.toMatchObject({ code: 'too_many_releases' });
  await releases.remove(publisher, 'r7', '');
  await begin(limits.releasesPerApp);
});

it('adds up what several processes counted, and keeps what could not be written [P-147]', async () => {
  const { records } = createMemoryStorage();
  await records.transact([putRelease(release)], 0);
  let isDown = true;
  const flaky: Records = {
    ...records,
    transact: async (writes, now) => {
      if (isDown) throw new Error('down');
      return records.transact(writes, now);
    },
  };
  const parts = { clock: { ...systemClock, after: () => () => {} }, log: silentLog };
  const counters = [flaky, records, records].map((each) => createDownloadCounts({ ...parts, records: each }));
  const [broken] = counters;
  for (const counter of counters) counter.count(release, { target: 'linux', arch: 'x86_64' });
  await Promise.all(counters.map((counter) => counter.stop()));
  isDown = false;
  const days = await broken?.of(release.id);
  expect(days).toMatchObject([{ counts: [{ target: 'linux', arch: 'x86_64', downloads: 3 }] }]);
});
