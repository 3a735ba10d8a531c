import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { expect } from 'vitest';
import { checkFor, createPublisher, offeredTo, publishSample } from '../releases.js';
import type { Topic } from '../scenario.js';

/** What the updater of Tauri does with an answer of a dynamic update server. */
const readAsTauri = ({ status, text }: { readonly status: number; readonly text: string }) => {
  if (status === 204) return null;
  if (status !== 200) throw new Error(`The updater reports an error for ${status}.`);
  const release: Readonly<Record<string, unknown>> = JSON.parse(text);
  const { version, url, signature, notes, pub_date } = release;
  // Required: version, url and signature. The version may begin with a v; a date that is there must be RFC 3339.
  if (typeof version !== 'string' || typeof url !== 'string' || typeof signature !== 'string')
    throw new Error('A required field is missing.');
  if (pub_date !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(String(pub_date)))
    throw new Error('The date is not RFC 3339.');
  return { version, url: new URL(url), signature, notes, pub_date, fields: Object.keys(release) };
};

const precedence = [
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.10',
  '1.2.0',
  '1.10.0',
  '2.0.0-0',
];

/** What installations are offered: P-143 … P-145, P-151. */
export const updates: Topic = (scenario) => {
  scenario(
    'answers what the updater of Tauri reads, exactly, and 204 when there is nothing newer [P-144]',
    async (f) => {
      const publisher = createPublisher(f, await f.app());
      await publisher.takeSlug('notes');
      expect(readAsTauri(await checkFor(f, '1.1.9'))).toBeNull();
      const id = await publisher.publish({ notes: 'Ä "better"\none', artifacts: [{ signature: 'c2ln' }] });
      const answer = await checkFor(f, '1.1.9');
      const update = readAsTauri(answer);
      expect(update?.fields.sort()).toEqual(['notes', 'pub_date', 'signature', 'url', 'version']);
      expect(update).toMatchObject({ version: '1.2.0', signature: 'c2ln', notes: 'Ä "better"\none' });
      expect(update?.pub_date).toBe(new Date(f.clock.now()).toISOString());
      expect(update?.url.pathname).toBe(`/api/sync/ota/notes/download/${id}/linux/x86_64`);
      const none = await checkFor(f, '1.2.0');
      expect([none.status, none.text, none.headers['content-type']]).toEqual([204, '', undefined]);
    },
  );

  scenario('signs with the release what has no signature of its own [P-144]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const own = { target: 'darwin', signature: 'of the artifact' } as const;
    await publisher.publish({ signature: 'of the release', artifacts: [{}, own] });
    expect((await checkFor(f, '1.0.0')).ok()?.signature).toBe('of the release');
    expect((await checkFor(f, '1.0.0', { params: { target: 'darwin' } })).ok()?.signature).toBe('of the artifact');
  });

  scenario('offers what is newer by precedence, whatever the build metadata [P-143]', async (f) => {
    await publishSample(f, await f.app());
    for (const older of ['1.1.9', '1.2.0-beta.1', '0.0.0', '1.2.0-0+build', '1.1.9+9'])
      expect(await offeredTo(f, older), older).toBe('1.2.0');
    for (const newer of ['1.2.0', '1.3.0', '1.2.0+build.7', '1.2.1-alpha', '10.0.0'])
      expect(await offeredTo(f, newer), newer).toBeNull();
  });

  scenario('orders versions as Semantic Versioning does [P-143]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    for (const version of [...precedence].sort()) await publisher.publish({ version });
    const newest = precedence.at(-1);
    for (const [n, version] of precedence.entries()) {
      expect(await offeredTo(f, version), version).toBe(n === precedence.length - 1 ? null : newest);
    }
    await publisher.publish({ version: '2.0.0-1+exp.sha' });
    expect(await offeredTo(f, '2.0.0-0')).toBe('2.0.0-1+exp.sha');
  });

  scenario('refuses a version that is none, and paths in its place [P-143]', async (f) => {
    await publishSample(f, await f.app());
    const wrong = [
      '1.2',
      'v1.2.0',
      '01.2.0',
      '1.2.0-01',
      '1.2.0-',
      '1.2.0+',
      'latest',
      '1.2.0 ',
      '../1.2.0',
      '1.2.0/..',
    ];
    for (const version of wrong) (await checkFor(f, version)).refusal('invalid_request');
    for (const params of [
      { target: 'macos' },
      { target: '../linux' },
      { arch: 'x64' },
      { arch: '../x86_64' },
      { slug: '../notes' },
      { slug: 'Notes' },
    ]) {
      (await checkFor(f, '1.0.0', { params })).refusal('invalid_request');
    }
    (await checkFor(f, '1.0.0', { params: { slug: 'nobody' } })).refusal('slug_not_found');
    for (const query of [{ channel: 'Beta' }, { channel: 'a/b' }, { installation: '' }])
      (await checkFor(f, '1.0.0', { query })).refusal('invalid_request');
  });

  scenario('never offers a draft, what was withdrawn or removed, or another target [P-142] [P-144]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const draft = await publisher.draft({ version: '3.0.0' });
    expect(await offeredTo(f, '1.0.0')).toBeNull();
    (await f.call('publishRelease', publisher.on(draft))).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('3.0.0');
    expect(await offeredTo(f, '1.0.0', { params: { arch: 'aarch64' } })).toBeNull();
    expect(await offeredTo(f, '1.0.0', { params: { target: 'windows' } })).toBeNull();
    const older = await publisher.publish({ version: '2.0.0' });
    (await f.call('withdrawRelease', publisher.on(draft))).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('2.0.0');
    (await f.call('deleteRelease', publisher.on(older))).ok();
    expect(await offeredTo(f, '1.0.0')).toBeNull();
    (await f.call('publishRelease', publisher.on(draft))).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('3.0.0');
  });

  scenario('offers an artifact that joins a published release only when it is confirmed [P-146]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const id = await publisher.publish();
    const windows = { target: 'windows' } as const;
    await publisher.upload(id, windows);
    expect(await offeredTo(f, '1.0.0', { params: windows })).toBeNull();
    (await publisher.confirm(id, windows)).ok();
    expect(await offeredTo(f, '1.0.0', { params: windows })).toBe('1.2.0');
  });

  scenario('offers a channel its own releases and the stable ones, and others nothing of it [P-144]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    await publisher.publish({ version: '1.3.0-beta.1', channel: 'beta' });
    await publisher.publish({ version: '1.2.0' });
    const beta = { query: { channel: 'beta' } };
    expect(await offeredTo(f, '1.1.0')).toBe('1.2.0');
    expect(await offeredTo(f, '1.1.0', { query: { channel: 'stable' } })).toBe('1.2.0');
    expect(await offeredTo(f, '1.1.0', { query: { channel: 'nightly' } })).toBe('1.2.0');
    expect(await offeredTo(f, '1.2.0', beta)).toBe('1.3.0-beta.1');
    await publisher.publish({ version: '1.3.0' });
    expect(await offeredTo(f, '1.3.0-beta.1', beta)).toBe('1.3.0');
  });

  scenario('offers nothing to whoever is older than the minimum, but what is below it [P-144]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    await publisher.publish({ version: '2.0.0' });
    const id = await publisher.publish({ version: '3.0.0', minimum_version: '2.0.0' });
    expect(await offeredTo(f, '1.0.0')).toBe('2.0.0');
    expect(await offeredTo(f, '2.0.0-beta')).toBe('2.0.0');
    expect(await offeredTo(f, '2.0.0')).toBe('3.0.0');
    (await f.call('updateRelease', { ...publisher.on(id), body: { minimum_version: null, notes: null } })).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('2.0.0');
    (await f.call('updateRelease', { ...publisher.on(id), body: { minimum_version: '' } })).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('3.0.0');
  });

  scenario('rolls out to a percentage that only grows, the same for one installation each time [P-145]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const id = await publisher.publish({ rollout: 0 });
    const installations = [...Array(200).keys()].map((n) => `installation ${n}`);
    const offered = async (): Promise<Set<string>> => {
      const versions = await Promise.all(
        installations.map((installation) => offeredTo(f, '1.0.0', { query: { installation } })),
      );
      return new Set(installations.filter((_, n) => versions[n] === '1.2.0'));
    };
    let before = new Set<string>();
    for (const rollout of [0, 10, 50, 100]) {
      (await f.call('updateRelease', { ...publisher.on(id), body: { rollout } })).ok();
      const now = await offered();
      expect(await offered()).toEqual(now);
      expect([...before].filter((installation) => !now.has(installation))).toEqual([]);
      expect(Math.abs(now.size / installations.length - rollout / 100)).toBeLessThan(0.12);
      before = now;
    }
    expect(before.size).toBe(installations.length);
    for (const rollout of [-1, 101, 0.5]) {
      const input = { ...publisher.on(id), body: { rollout } };
      (await f.call('updateRelease', input)).refusal('invalid_request');
    }
  });

  scenario('falls back to the release before for whoever is not in a roll-out [P-145]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    await publisher.publish({ version: '1.1.0' });
    await publisher.publish({ version: '1.2.0', rollout: 0 });
    expect(await offeredTo(f, '1.0.0')).toBe('1.1.0');
    expect(await offeredTo(f, '1.1.0')).toBeNull();
  });

  scenario('answers what caches may keep, but not where the address decides [P-145] [P-151]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const id = await publisher.publish();
    const first = await checkFor(f, '1.0.0');
    expect(first.headers['cache-control']).toBe('public, max-age=60');
    const { etag = '' } = first.headers;
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      expect((await checkFor(f, '1.0.0', { headers: { 'if-none-match': known } })).status, known).toBe(304);
    }
    expect((await checkFor(f, '1.0.0', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    expect((await checkFor(f, '2.0.0')).headers['cache-control']).toBe('public, max-age=60');
    (await f.call('updateRelease', { ...publisher.on(id), body: { rollout: 50, notes: 'new' } })).ok();
    const partial = await checkFor(f, '1.0.0');
    expect(partial.headers['cache-control']).toBe('private, max-age=60');
    expect(partial.headers['etag']).not.toBe(etag);
    const named = await checkFor(f, '1.0.0', { query: { installation: 'one' } });
    expect(named.headers['cache-control']).toBe('public, max-age=60');
    expect((await checkFor(f, '1', {})).headers['cache-control']).toBe('no-store');
  });

  scenario(
    'counts checks and downloads by address [P-6] [P-151]',
    async (f) => {
      const { release_id } = await publishSample(f, await f.app());
      for (let n = 0; n < 3; n++) (await checkFor(f, '1.0.0')).ok();
      (await checkFor(f, '1.0.0')).refusal('rate_limited');
      const params = { slug: 'notes', release_id, target: 'linux', arch: 'x86_64' };
      (await f.call('downloadArtifact', { params })).refusal('rate_limited');
      f.clock.advance(1000);
      expect((await f.call('downloadArtifact', { params })).status).toBe(302);
    },
    (clock) => ({
      options: { rateLimiter: createMemoryRateLimiter(clock), rateLimits: { public: { burst: 3, perSecond: 1 } } },
    }),
  );

  scenario('serves the installations of a paused app, because an update may be what it waits for [P-93]', async (f) => {
    const app = await f.app();
    await publishSample(f, app);
    await f.server.apps.update(app.id, { paused: true });
    expect(await offeredTo(f, '1.0.0')).toBe('1.2.0');
    const publisher = createPublisher(f, app);
    (await f.call('createRelease', publisher.as({ version: '2.0.0' }))).refusal('app_paused');
  });
};
