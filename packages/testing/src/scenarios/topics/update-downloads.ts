import { expect } from 'vitest';
import { zeroId } from '../derived-inputs.js';
import type { CallInput, Fixture } from '../fixture.js';
import { createPublisher, sampleFile, toBytes } from '../releases.js';
import type { Topic } from '../scenario.js';
import { readUrl } from '../signed-url.js';

const bytes = toBytes('0123456789');

const openRelease = async (f: Fixture) => {
  const publisher = createPublisher(f, await f.app());
  await publisher.takeSlug('notes');
  const release_id = await publisher.publish({ artifacts: [{ bytes, file_name: sampleFile }] });
  const at = (params: CallInput['params'] = {}): CallInput => ({
    params: { slug: 'notes', release_id, target: 'linux', arch: 'x86_64', ...params },
  });
  return { publisher, release_id, at };
};

/** Downloads and feeds: P-147, P-149, P-150. */
export const updateDownloads: Topic = (scenario) => {
  scenario('sends a download to a short-lived URL of the bytes, which answers ranges [P-147]', async (f) => {
    const { at } = await openRelease(f);
    const reply = await f.call('downloadArtifact', at());
    expect([reply.status, reply.headers['cache-control']]).toEqual([302, 'no-store']);
    const { location = '' } = reply.headers;
    const whole = await readUrl(f, location);
    expect([whole.status, Buffer.from(whole.bytes).toString()]).toEqual([200, '0123456789']);
    const part = await readUrl(f, location, { range: 'bytes=2-4' });
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 2-4/10']);
    expect(Buffer.from(part.bytes).toString()).toBe('234');
    const named = await f.call('downloadNamedArtifact', at({ file_name: sampleFile }));
    expect((await readUrl(f, named.headers['location'] ?? '')).status).toBe(200);
  });

  scenario('refuses the download of what is not offered, whatever the reason [P-142] [P-147]', async (f) => {
    const { publisher, release_id, at } = await openRelease(f);
    const draft = await publisher.draft({ version: '2.0.0' });
    const missing = await f.call('downloadArtifact', at({ release_id: zeroId }));
    missing.refusal('release_not_found');
    for (const params of [{ release_id: draft }, { arch: 'armv7' }]) {
      expect((await f.call('downloadArtifact', at(params))).text).toBe(missing.text);
    }
    expect((await f.call('downloadNamedArtifact', at({ file_name: 'other.AppImage' }))).text).toBe(missing.text);
    (await f.call('downloadArtifact', at({ slug: 'nobody' }))).refusal('slug_not_found');
    (await f.call('downloadNamedArtifact', at({ file_name: '../x' }))).refusal('invalid_request');
    const elsewhere = createPublisher(f, await f.app());
    await elsewhere.takeSlug('other');
    expect((await f.call('downloadArtifact', at({ slug: 'other' }))).text).toBe(missing.text);
    (await f.call('withdrawRelease', publisher.on(release_id))).ok();
    expect((await f.call('downloadArtifact', at())).text).toBe(missing.text);
  });

  scenario('counts downloads by day and target, without a trace of who [P-147]', async (f) => {
    const { publisher, release_id, at } = await openRelease(f);
    const counts = async () => (await f.call('releaseDownloads', publisher.on(release_id))).ok();
    expect(await counts()).toEqual({ total: 0, days: [] });
    await Promise.all([1, 2, 3].map(() => f.call('downloadArtifact', at())));
    const platform = { target: 'linux', arch: 'x86_64' };
    const first = { ...platform, date: new Date(f.clock.now()).toISOString().slice(0, 10), downloads: 3 };
    expect(await counts()).toEqual({ total: 3, days: [first] });
    await f.call('downloadArtifact', at());
    f.clock.advance(24 * 3_600_000);
    await f.call('downloadNamedArtifact', at({ file_name: sampleFile }));
    const next = { ...platform, date: new Date(f.clock.now()).toISOString().slice(0, 10), downloads: 1 };
    expect(await counts()).toEqual({ total: 5, days: [{ ...first, downloads: 4 }, next] });
    const stored = () => f.storage.records.find('downloads', 'release', release_id, { after: null, limit: 10 });
    expect(JSON.stringify(await stored())).not.toContain('127.0.0.1');
    (await f.call('deleteRelease', publisher.on(release_id))).ok();
    expect([await stored(), await f.storage.records.get('release', release_id)]).toEqual([[], null]);
    expect(await f.blobStore.list(null, 10)).toEqual([]);
  });

  scenario('is the feed that the generic provider of Electron reads [P-149]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const feed = (name: string) => f.call('electronFeed', { params: { slug: 'notes', feed: name } });
    (await feed('latest.yml')).refusal('release_not_found');
    const files = [
      { target: 'windows', arch: 'aarch64', file_name: 'Notes-arm64.exe' },
      { target: 'windows', arch: 'x86_64', file_name: 'Notes-x64.exe' },
      { target: 'darwin', arch: 'aarch64', file_name: 'Notes-arm64-mac.zip' },
      { target: 'linux', arch: 'aarch64', file_name: 'Notes-arm64.AppImage' },
      { target: 'linux', arch: 'x86_64' },
    ] as const;
    const id = await publisher.publish({ notes: 'a: "b"\n- c\u2028', rollout: 25, artifacts: files });
    const windows = await feed('latest.yml');
    const base = `http://synckeep.test/api/sync/ota/notes/download/${id}`;
    expect(windows.text.split('\n').slice(0, 8)).toEqual([
      'version: "1.2.0"',
      'files:',
      `  - url: "${base}/windows/x86_64/Notes-x64.exe"`,
      expect.stringMatching(/^ {4}sha512: "[A-Za-z0-9+/]{86}=="$/),
      '    size: 6',
      `  - url: "${base}/windows/aarch64/Notes-arm64.exe"`,
      expect.stringMatching(/^ {4}sha512: /),
      '    size: 6',
    ]);
    expect(windows.text).toContain('\nreleaseNotes: "a: \\"b\\"\\n- c\\u2028"\nstagingPercentage: 25\n');
    expect((await feed('latest-mac.yml')).text).toContain('Notes-arm64-mac.zip');
    expect((await feed('latest-linux-arm64.yml')).text).toContain('Notes-arm64.AppImage');
    expect((await feed('beta.yml')).text).toContain('"1.2.0"');
    // The file for x86_64 has no name, and what updaters find by its name they do not find without one.
    for (const name of ['latest-linux.yml', 'latest-linux-arm.yml', 'latest-haiku.yml'])
      (await feed(name)).refusal('release_not_found');
    for (const name of ['../latest.yml', 'latest.json', 'LATEST.yml']) (await feed(name)).refusal('invalid_request');
  });

  scenario('leaves drafts and other channels out of the feeds [P-142] [P-149] [P-150]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const file = (file_name: string) => [{ target: 'darwin', arch: 'aarch64', file_name }] as const;
    await publisher.draft({ version: '9.0.0', artifacts: file('draft.zip') });
    await publisher.publish({ version: '2.0.0-beta.1', channel: 'beta', artifacts: file('beta.zip') });
    await publisher.publish({ version: '1.2.0', artifacts: file('stable.zip') });
    const feed = async (name: string) => (await f.call('electronFeed', { params: { slug: 'notes', feed: name } })).text;
    expect(await feed('latest-mac.yml')).toContain('stable.zip');
    expect(await feed('beta-mac.yml')).toContain('beta.zip');
    const appcast = (await f.call('appcast', { params: { slug: 'notes', arch: 'aarch64' } })).text;
    expect(appcast).not.toContain('9.0.0');
    expect([...appcast.matchAll(/<sparkle:version>(.*?)</g)].map(([, version]) => version)).toEqual([
      '2.0.0-beta.1',
      '1.2.0',
    ]);
    expect([...appcast.matchAll(/<sparkle:channel>(.*?)</g)].map(([, channel]) => channel)).toEqual(['beta']);
  });

  scenario('is an appcast that Sparkle reads [P-150]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const signature = `${'A'.repeat(86)}==`;
    const artifacts = [{ target: 'darwin', arch: 'aarch64', file_name: 'Notes+1.zip', signature }] as const;
    const notes = '<b> & "x" \u0001]]>';
    const id = await publisher.publish({ notes, minimum_version: '1.0.0', artifacts });
    const reply = await f.call('appcast', { params: { slug: 'notes', arch: 'aarch64' } });
    expect(reply.headers['content-type']).toBe('application/rss+xml; charset=utf-8');
    const url = `http://synckeep.test/api/sync/ota/notes/download/${id}/darwin/aarch64/Notes%2B1.zip`;
    const enclosure = `<enclosure url="${url}" length="6" type="application/octet-stream" sparkle:edSignature="${signature}"/>`;
    expect(reply.text).toContain(enclosure);
    expect(reply.text).toContain('<sparkle:minimumUpdateVersion>1.0.0</sparkle:minimumUpdateVersion>');
    expect(reply.text).toContain('&lt;b&gt; &amp; &quot;x&quot; ]]&gt;</description>');
    expect(reply.text).toContain(`<pubDate>${new Date(f.clock.now()).toUTCString()}</pubDate>`);
    const other = await f.call('appcast', { params: { slug: 'notes', arch: 'x86_64' } });
    expect(other.ok()).not.toContain('<item>');
    (await f.call('updateRelease', { ...publisher.on(id), body: { rollout: 0 } })).ok();
    const hidden = await f.call('appcast', { params: { slug: 'notes', arch: 'aarch64' } });
    expect(hidden.text).not.toContain('<item>');
    expect(hidden.headers['cache-control']).toBe('private, max-age=60');
  });
};
