import { expect } from 'vitest';
import { createAdministrator } from '../administrator.js';
import { zeroId } from '../derived-inputs.js';
import type { Fixture } from '../fixture.js';
import { announce, checkFor, createPublisher, offeredTo, publishSample, toBytes } from '../releases.js';
import type { Topic } from '../scenario.js';
import { putUrl } from '../signed-url.js';

const objects = async (f: Fixture): Promise<number> => (await f.blobStore.list(null, 1000)).length;
const day = 24 * 3_600_000;

/** Publishing: P-140 … P-142, P-146. */
export const releases: Topic = (scenario) => {
  scenario('takes a publishing token for its own app only, and no token of a user [P-140]', async (f) => {
    const [device, app] = [await f.device(), await f.app()];
    const input = { params: { app_id: device.app.id }, body: { version: '1.2.0' } };
    (await f.call('createRelease', { ...input, token: device.token })).refusal('invalid_token');
    const other = await f.call('createRelease', { ...input, token: app.publishingToken });
    other.refusal('app_mismatch');
    const nobody = { ...input, params: { app_id: zeroId }, token: app.publishingToken };
    expect((await f.call('createRelease', nobody)).text).toBe(other.text);
    (await f.call('status', { token: app.publishingToken })).refusal('invalid_token');
    for (const token of [`${app.publishingToken}0`, app.publishingToken.toUpperCase(), app.apiKey])
      (await f.call('createRelease', { ...input, token })).refusal('invalid_token');
  });

  scenario('forgets a publishing token that was revoked or has expired, at once [P-140]', async (f) => {
    const app = await f.app();
    const { publishingTokens } = f.server;
    const expiresAt = f.clock.now() + 1000;
    const short = await publishingTokens.create(app.id, { label: 'short', expiresAt });
    const publisher = createPublisher(f, app);
    const list = (token: string) => f.call('listReleases', { ...publisher.on(''), token });
    (await list(short?.token ?? '')).ok();
    f.clock.advance(1000);
    (await list(short?.token ?? '')).refusal('invalid_token');
    (await list(app.publishingToken)).ok();
    const [token] = await publishingTokens.list(app.id);
    expect(token).toMatchObject({ label: 'CI', expiresAt: null });
    expect(await publishingTokens.revoke(await (await f.app()).id, token?.id ?? '')).toBe(false);
    expect(await publishingTokens.revoke(app.id, token?.id ?? '')).toBe(true);
    (await list(app.publishingToken)).refusal('invalid_token');
    expect(await publishingTokens.create(zeroId, { label: 'nobody' })).toBeNull();
    expect(await f.dump()).not.toContain(app.publishingToken);
  });

  scenario('gives a slug to one app, for good, and refuses names that are none [P-141]', async (f) => {
    const [one, two] = [createPublisher(f, await f.app()), createPublisher(f, await f.app())];
    const take = (publisher: typeof one, slug: string) => f.call('setSlug', publisher.as({ slug }));
    const both = await Promise.all([take(one, 'notes'), take(two, 'notes')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [owner, other] = both[0]?.status === 200 ? [one, two] : [two, one];
    (await take(other, 'notes')).refusal('slug_taken');
    (await take(owner, 'notes')).ok();
    for (const slug of ['no', 'a'.repeat(41), 'Notes', 'my notes', 'my_notes', 'my/notes', '../notes', 'apps', 'nötes'])
      (await take(one, slug)).refusal('invalid_request');
    await owner.publish();
    (await take(owner, 'new-name')).ok();
    expect(await offeredTo(f, '1.0.0')).toBe('1.2.0');
    expect(await offeredTo(f, '1.0.0', { params: { slug: 'new-name' } })).toBe('1.2.0');
    (await take(other, 'notes')).refusal('slug_taken');
    for (let n = 3; n <= 10; n++) (await take(owner, `name-${n}`)).ok();
    (await take(owner, 'one-too-many')).refusal('too_many_slugs');
  });

  scenario('makes one release of a version, also for two publishers at once [P-143]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    const begin = (version: string) => f.call('createRelease', publisher.as({ version }));
    const replies = await Promise.all([begin('1.2.0'), begin('1.2.0'), begin('1.2.0+build.2'), begin('1.2.0+build.3')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    (await begin('1.2.0')).refusal('version_exists');
    (await begin('1.2.0-beta')).ok();
    const elsewhere = createPublisher(f, await f.app());
    (await f.call('createRelease', elsewhere.as({ version: '1.2.0' }))).ok();
    for (const version of ['1.2', 'v1.2.0', '1.2.0/..', '']) (await begin(version)).refusal('invalid_request');
  });

  scenario(
    'lets an administrator publish, withdraw and remove what was uploaded, of that app only [P-195]',
    async (f) => {
      const [app, other] = [await f.app(), await f.app()];
      const publisher = createPublisher(f, app);
      const admin = await createAdministrator(f, ['releases:read', 'releases:write', 'audit:read']);
      const id = await publisher.draft();
      const empty = await publisher.begin({ version: '2.0.0' });
      const on = (release_id: string, app_id = app.id) => ({ params: { app_id, release_id } });
      const listed = (await admin.call('listAppReleases', { params: { app_id: app.id } })).ok();
      expect(listed.releases.map(({ id: each }) => each).sort()).toEqual([id, empty].sort());
      (await admin.call('publishAppRelease', on(empty))).refusal('release_incomplete');
      expect((await admin.call('publishAppRelease', on(id))).ok().state).toBe('published');
      expect((await admin.call('appReleaseDownloads', on(id))).ok()).toEqual({ total: 0, days: [] });
      expect((await admin.call('withdrawAppRelease', on(id))).ok().state).toBe('withdrawn');
      for (const name of [
        'publishAppRelease',
        'withdrawAppRelease',
        'deleteAppRelease',
        'appReleaseDownloads',
      ] as const)
        (await admin.call(name, on(id, other.id))).refusal('release_not_found');
      (await admin.call('deleteAppRelease', on(id))).ok();
      (await admin.call('deleteAppRelease', on(id))).refusal('release_not_found');
      (await admin.call('listAppReleases', { params: { app_id: crypto.randomUUID() } })).refusal('app_not_found');
      const actions = (await admin.audit()).map(({ action }) => action);
      expect(actions).toEqual(['release.delete', 'release.withdraw', 'release.publish']);
    },
  );

  scenario('begins a release as a draft and lists releases newest first [P-142]', async (f) => {
    const app = await f.app();
    const publisher = createPublisher(f, app);
    const body = { version: '1.2.0', notes: 'Better', signature: 'sig', channel: 'beta', minimum_version: '1.0.0' };
    const first = (await f.call('createRelease', publisher.as(body))).ok();
    const created_at = new Date(f.clock.now()).toISOString();
    expect(first).toMatchObject({
      ...{ ...body, app_id: app.id, state: 'draft', rollout: 100, artifacts: [], created_at, pub_date: created_at },
    });
    f.clock.advance(1000);
    const second = await publisher.publish({ version: '1.1.0' });
    const listed = (await f.call('listReleases', publisher.on(''))).ok();
    expect(listed.map(({ id }) => id)).toEqual([second, first.id]);
    expect(listed[0]?.artifacts).toMatchObject([{ target: 'linux', arch: 'x86_64', file_size: 6, confirmed: true }]);
  });

  scenario('publishes nothing that is not whole [P-142] [P-146]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    await publisher.takeSlug('notes');
    const id = await publisher.begin();
    const publish = () => f.call('publishRelease', publisher.on(id));
    expect((await publish()).refusal('release_incomplete')).toEqual({ unconfirmed: [] });
    (await f.call('createArtifact', { ...publisher.on(id), body: announce() })).ok();
    expect((await publish()).refusal('release_incomplete')).toEqual({ unconfirmed: ['linux/x86_64'] });
    (await publisher.confirm(id)).refusal('blob_not_uploaded');
    (await publisher.confirm(id, { arch: 'armv7' })).refusal('artifact_not_found');
    await publisher.upload(id);
    (await publish()).refusal('release_incomplete');
    const confirmed = (await publisher.confirm(id)).ok();
    expect((await publisher.confirm(id)).ok()).toEqual(confirmed);
    const { pub_date } = (await publish()).ok();
    f.clock.advance(5000);
    expect((await publish()).ok()).toMatchObject({ state: 'published', pub_date });
  });

  scenario('takes no other bytes than those that were announced [P-146]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    const id = await publisher.begin();
    const announced = { ...publisher.on(id), body: announce({ bytes: toBytes('right') }) };
    const { upload_url } = (await f.call('createArtifact', announced)).ok();
    const wrong = await putUrl(f, upload_url, toBytes('wrong'));
    (await publisher.confirm(id)).refusal(wrong.status === 200 ? 'blob_mismatch' : 'blob_not_uploaded');
    const again = (await f.call('createArtifact', announced)).ok();
    expect((await putUrl(f, again.upload_url, toBytes('right'))).status).toBe(200);
    (await publisher.confirm(id)).ok();
    expect((await f.call('createArtifact', announced)).ok()).toMatchObject({ already_exists: true, upload_url: '' });
    for (const body of [
      { ...announce(), target: 'macos' },
      { ...announce(), arch: '../x86_64' },
      { ...announce(), file_name: '../notes' },
      { ...announce(), file_name: '.hidden' },
      { ...announce(), file_size: 0 },
      { ...announce(), file_size: 5 * 2 ** 30 + 1 },
      { ...announce(), sha256: 'ab' },
    ]) {
      (await f.call('createArtifact', { ...publisher.on(id), body })).refusal('invalid_request');
    }
  });

  scenario('replaces an artifact of a draft, and never one that was published [P-146]', async (f) => {
    const publisher = createPublisher(f, await f.app());
    const id = await publisher.draft();
    await publisher.upload(id, { bytes: toBytes('another app') });
    expect(await objects(f)).toBe(1);
    (await f.call('publishRelease', publisher.on(id))).refusal('release_incomplete');
    (await publisher.confirm(id)).ok();
    (await f.call('publishRelease', publisher.on(id))).ok();
    const other = { ...publisher.on(id), body: announce({ bytes: toBytes('a third') }) };
    (await f.call('createArtifact', other)).refusal('artifact_published');
    const same = announce({ bytes: toBytes('another app'), signature: 'swapped' });
    const kept = (await f.call('createArtifact', { ...publisher.on(id), body: same })).ok();
    expect(kept.already_exists).toBe(true);
    const [release] = (await f.call('listReleases', publisher.on(''))).ok();
    expect(release?.artifacts[0]?.signature).toBe('');
    (await f.call('withdrawRelease', publisher.on(id))).ok();
    (await f.call('createArtifact', other)).refusal('artifact_published');
  });

  scenario('answers the release of another app as one that does not exist [P-140]', async (f) => {
    const [mine, theirs] = [createPublisher(f, await f.app()), createPublisher(f, await f.app())];
    const id = await theirs.publish();
    const onArtifact = (release: string) => mine.on(release, { target: 'linux', arch: 'x86_64' });
    for (const name of [
      'publishRelease',
      'withdrawRelease',
      'releaseDownloads',
      'confirmArtifact',
      'deleteRelease',
    ] as const) {
      const missing = await f.call(name, onArtifact(zeroId));
      missing.refusal('release_not_found');
      expect((await f.call(name, onArtifact(id))).text, name).toBe(missing.text);
    }
    (await f.call('updateRelease', { ...mine.on(id), body: { notes: 'mine' } })).refusal('release_not_found');
    (await f.call('createArtifact', { ...mine.on(id), body: announce() })).refusal('release_not_found');
    expect((await f.call('listReleases', mine.on(''))).ok()).toEqual([]);
    expect((await f.call('listReleases', theirs.on(''))).ok()).toMatchObject([{ notes: '', state: 'published' }]);
  });

  scenario('writes what was published by whom into the audit log, once, with the deed [P-142]', async (f) => {
    const app = await f.app();
    const publisher = createPublisher(f, app);
    await publisher.takeSlug('notes');
    const id = await publisher.publish();
    for (const _ of [1, 2]) (await f.call('publishRelease', publisher.on(id))).ok();
    (await f.call('updateRelease', { ...publisher.on(id), body: { rollout: 10 } })).ok();
    (await f.call('withdrawRelease', publisher.on(id))).ok();
    (await f.call('createRelease', publisher.as({ version: '1.2.0' }))).refusal('version_exists');
    (await f.call('deleteRelease', publisher.on(id))).ok();
    const [token] = await f.server.publishingTokens.list(app.id);
    const rows = await f.storage.records.find('audit', 'mentions', app.id, { after: null, limit: 100 });
    const seen = rows.map(({ value }) => value).filter((row) => JSON.stringify(row).includes(token?.id ?? '-'));
    expect(seen.reverse()).toMatchObject(
      [
        'publisher.create',
        'app.slug',
        ...['create', 'publish', 'update', 'withdraw', 'delete'].map((v) => `release.${v}`),
      ].map((action, n) => ({ action, actor: n === 0 ? { kind: 'operator' } : { kind: 'publisher', id: token?.id } })),
    );
    expect(seen.at(-1)).toMatchObject({ subject: { kind: 'release', id }, details: { version: '1.2.0' } });
  });

  scenario('keeps artifacts from the daily sweep, and sweeps what no release has [P-107]', async (f) => {
    const app = await f.app();
    const publisher = createPublisher(f, app);
    await publisher.takeSlug('notes');
    await publisher.publish();
    await publisher.upload(await publisher.begin({ version: '2.0.0' }));
    const { sha256 } = announce({ bytes: toBytes('lost') });
    const objectKey = `ota/${app.id}/${sha256}-${'0'.repeat(32)}`;
    const chunks = async function* () {
      yield toBytes('lost');
    };
    await f.blobStore.write({ objectKey, sizeBytes: 4, hash: sha256 }, chunks());
    expect(await objects(f)).toBe(3);
    f.clock.advance(2 * day);
    await f.maintain();
    expect(await objects(f)).toBe(2);
    expect((await checkFor(f, '1.0.0')).ok()?.version).toBe('1.2.0');
  });

  scenario('leaves nothing of an app that was erased, and frees its slug [P-92]', async (f) => {
    const [app, other] = [await f.app(), createPublisher(f, await f.app())];
    const publisher = createPublisher(f, app);
    const { release_id } = await publishSample(f, app);
    await publisher.upload(await publisher.begin({ version: '2.0.0' }), { target: 'darwin' });
    await f.server.updateKeys.set(app.id, 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3');
    await f.call('downloadArtifact', { params: { slug: 'notes', release_id, target: 'linux', arch: 'x86_64' } });
    (await f.call('releaseDownloads', publisher.on(release_id))).ok();
    await f.call('downloadArtifact', { params: { slug: 'notes', release_id, target: 'linux', arch: 'x86_64' } });
    await f.server.eraseApp(app.id);
    f.clock.advance(60_000);
    await f.maintain();
    const dump = await f.dump();
    for (const trace of [app.id, 'notes-1.2.0']) expect(dump).not.toContain(trace);
    expect(await objects(f)).toBe(0);
    (await f.call('listReleases', publisher.on(''))).refusal('invalid_token');
    (await checkFor(f, '1.0.0')).refusal('slug_not_found');
    await other.takeSlug('notes');
  });
};
