import { createHash } from 'node:crypto';
import type { Scope } from '@synckeep/core';
import { adminPrefix, adminScopes, prefixes } from '@synckeep/protocol';
import { change, changes } from '../changes.js';
import type { CallInput, Fixture } from '../fixture.js';
import { toWireRequest } from '../fixture.js';
import { announce, sampleFile } from '../releases.js';
import { ownPage, setUpSample } from '../test-administrators.js';
import { type Ask, askFor, type Script, toSigned } from './script.js';

const bytes = new TextEncoder().encode('an encrypted file');
const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };

/** One life of a user under each prefix: every operation with an answer that is no refusal, and what follows from it. */
export const operations: Script = {
  async run({ fixture: f, ask }) {
    for (const prefix of prefixes) {
      const app = await f.app();
      const user = await f.user();
      const under = (what: string) => `${what} under ${prefix}`;
      const body = { email: user.email, password: user.password, api_key: app.apiKey };
      const { token } = await askFor(ask, 'login', under('right'), { prefix, body });
      const as = (input: CallInput = {}): CallInput => ({ prefix, token, ...input });

      const macbook = { device_name: "Alice's MacBook", platform: 'macos' };
      const { id: device_id } = await askFor(ask, 'registerDevice', under('new'), as({ body: macbook }));
      await askFor(ask, 'registerDevice', under('again'), as({ body: macbook }));
      const phone = { device_name: 'Телефон', platform: 'ios', installation_id: 'one' };
      const other = await askFor(ask, 'registerDevice', under('another'), as({ body: phone }));
      await askFor(ask, 'listDevices', under('two'), as());
      const renamed = { params: { device_id: other.id }, body: { device_name: '😀' } };
      await askFor(ask, 'renameDevice', under('to a face'), as(renamed));

      const batch = { device_id, batch_id: 'one', changes: [change('ä', { data: '"\\\u2028' }), ...changes(5)] };
      await askFor(ask, 'push', under('new'), as({ body: batch }));
      await askFor(ask, 'push', under('again'), as({ body: batch }));
      const page = { device_id: other.id, limit: 2 };
      const { cursor } = await askFor(ask, 'pull', under('first page'), as({ body: page }));
      await askFor(ask, 'pull', under('rest'), as({ body: { device_id: other.id, cursor, rich: true } }));
      await askFor(ask, 'status', under('after a push'), as());
      await askFor(ask, 'limits', under('public'), { prefix });

      await ask(`getKey ${under('absent')}`, { method: 'GET', path: `${prefix}/keys`, headers: bearer(token) });
      await askFor(ask, 'putKey', under('first'), as({ body: { encrypted_key: 'old' } }));
      await askFor(ask, 'getKey', under('present'), as());
      await askFor(ask, 'renewToken', under('young'), as());
      await askFor(ask, 'beginRotation', under('new'), as({ body: { new_encrypted_key: 'new' } }));
      const { entries } = await askFor(ask, 'rotationEntries', under('all'), as({ body: { limit: 500 } }));
      const sealed = entries.map(({ seq }) => ({ seq, data: 'sealed again' }));
      await askFor(ask, 'rotationBatch', under('all'), as({ body: { entries: sealed } }));
      await askFor(ask, 'completeRotation', under('done'), as());
      await askFor(ask, 'keyHistory', under('one replaced'), as());
      await askFor(ask, 'beginRotation', under('another'), as({ body: { new_encrypted_key: 'newer' } }));
      await askFor(ask, 'abortRotation', under('done'), as());

      const { upload_url } = await askFor(ask, 'uploadBlob', under('new'), as({ body: blob }));
      await ask(`PUT ${under('a blob')}`, toSigned('PUT', upload_url, { body: bytes }));
      await askFor(ask, 'confirmBlob', under('right'), as({ body: blob }));
      await askFor(ask, 'uploadBlob', under('again'), as({ body: blob }));
      const { download_url } = await askFor(ask, 'downloadBlob', under('right'), as({ body: { hash: blob.hash } }));
      await ask(`GET ${under('a blob')}`, toSigned('GET', download_url));
      await askFor(ask, 'deleteBlob', under('right'), as({ params: { hash: blob.hash } }));

      await askFor(ask, 'subscribeTicket', under('right'), as());
      await askFor(
        ask,
        'reset',
        under('by password'),
        as({ body: { confirm: 'erase my data', password: user.password } }),
      );
      await askFor(ask, 'deleteDevice', under('right'), as({ params: { device_id } }));
      await playRelease(ask, f, prefix);

      await playAdmin(ask, f, prefix, { appId: app.id, userId: user.id });
    }
    await playAdmin(ask, f, adminPrefix, { appId: (await f.app()).id, userId: (await f.user()).id });
  },
};

/** What an admin token does, and then an administrator. */
const playAdmin = async (
  ask: Ask,
  f: Fixture,
  prefix: CallInput['prefix'] & string,
  { appId, userId }: Scope,
): Promise<void> => {
  const under = (what: string) => `${what} under ${prefix}`;
  const admin = { prefix, token: (await f.server.adminTokens.create({ name: 'admin', scopes: adminScopes })).text };
  const params = { app_id: appId };
  await askFor(ask, 'linkApp', under('to an item'), { ...admin, params, body: { kind: 'item', id: 'notes' } });
  await askFor(ask, 'unlinkApp', under('again'), { ...admin, params });
  await askFor(ask, 'listApps', under('first page'), { ...admin, query: { limit: '1' } });
  await playAdministrator(ask, admin, appId, userId);
  // No row of a call, which has the client's address: not every binding knows one.
  const query = { app_id: appId, action: 'app.create' };
  await askFor(ask, 'listAudit', under('of the app'), { ...admin, query });

  const { needs_setup } = await askFor(ask, 'adminSession', under('nobody'), { prefix });
  const page: CallInput = { prefix, headers: ownPage };
  if (needs_setup) await askFor(ask, 'setUpAdministrator', under('first'), { ...page, body: setUpSample });
  const { email, password } = setUpSample;
  const signIn = toWireRequest('signInAdministrator', { ...page, body: { email, password } });
  const { headers } = await ask(`signInAdministrator ${under('right')}`, signIn);
  const cookie = headers['set-cookie']?.split(';', 1)[0] ?? '';
  const own: CallInput = { prefix, headers: { ...ownPage, cookie } };
  await askFor(ask, 'adminSession', under('the first'), own);
  const body = { name: 'CI', scopes: ['audit:read'], expires_in: 60 };
  const { token } = await askFor(ask, 'createAdminToken', under('for a minute'), { ...own, body });
  await askFor(ask, 'listAdminTokens', under('some'), own);
  await askFor(ask, 'revokeAdminToken', under('right'), { ...own, params: { token_id: token.id } });
  const another = { ...own, body: { email: `${prefix.length}@example.com`, password } };
  const { administrator } = await askFor(ask, 'addAdministrator', under('another'), another);
  await askFor(ask, 'listAdministrators', under('two'), own);
  await askFor(ask, 'removeAdministrator', under('right'), { ...own, params: { administrator_id: administrator.id } });
  await askFor(ask, 'signOutAdministrator', under('right'), own);
};

/** What an administrator does with an app and a user who are there. */
const playAdministrator = async (ask: Ask, admin: CallInput, app_id: string, user_id: string): Promise<void> => {
  const under = (what: string) => `${what} under ${admin.prefix}`;
  const params = { app_id, user_id };
  const body = { name: '<b>Notes</b> \u202E', origins: ['https://notes.example.org'], bytes_limit: 1_000_000 };
  await askFor(ask, 'getApp', under('right'), { ...admin, params });
  await askFor(ask, 'updateApp', under('right'), { ...admin, params, body });
  const { app } = await askFor(ask, 'createApp', under('new'), { ...admin, body: { name: 'Tasks' } });
  const other = { ...admin, params: { app_id: app.app_id } };
  await askFor(ask, 'rotateAppKey', under('right'), { ...other, body: { overlap_seconds: 60 } });
  await askFor(ask, 'eraseApp', under('right'), { ...other, body: { confirm: 'Tasks' } });
  const query = { email: `${admin.prefix?.replaceAll('/', '-')}` };
  await askFor(ask, 'listUsers', under('nobody'), { ...admin, query });
  await askFor(ask, 'getUser', under('right'), { ...admin, params });
  await askFor(ask, 'updateUser', under('nothing'), { ...admin, params, body: {} });
  await askFor(ask, 'listUserApps', under('one'), { ...admin, params });
  await askFor(ask, 'listAppUsers', under('one'), { ...admin, params });
  await askFor(ask, 'listUserDevices', under('one'), { ...admin, query: params });
  await askFor(ask, 'exportUser', under('right'), { ...admin, params });
};

/** One life of a release, from its draft to its end. */
const playRelease = async (ask: Ask, f: Fixture, prefix: (typeof prefixes)[number]): Promise<void> => {
  const app = await f.app();
  const slug = `notes-${prefixes.indexOf(prefix)}`;
  const under = (what: string) => `${what} under ${prefix}`;
  const on = (params: CallInput['params'] = {}, body?: unknown): CallInput => ({
    ...{ prefix, token: app.publishingToken, params: { app_id: app.id, ...params } },
    ...(body !== undefined && { body }),
  });
  await askFor(ask, 'setSlug', under('new'), on({}, { slug }));
  const draft = { version: '1.2.0', notes: 'Ä\u2028', signature: 'c2ln' };
  const { id: release_id } = await askFor(ask, 'createRelease', under('new'), on({}, draft));
  const platform = { target: 'linux', arch: 'x86_64' } as const;
  const artifact = announce({ ...platform, bytes, file_name: sampleFile });
  const { upload_url } = await askFor(ask, 'createArtifact', under('new'), on({ release_id }, artifact));
  await ask(`PUT ${under('an artifact')}`, toSigned('PUT', upload_url, { body: bytes }));
  await askFor(ask, 'confirmArtifact', under('right'), on({ release_id, ...platform }));
  await askFor(ask, 'updateRelease', under('a minimum'), on({ release_id }, { minimum_version: '1.0.0' }));
  await askFor(ask, 'publishRelease', under('new'), on({ release_id }));
  await askFor(ask, 'listReleases', under('one'), on());
  const { text } = await f.server.adminTokens.create({ name: 'releases', scopes: ['releases:read'] });
  await askFor(ask, 'listAppReleases', under('one'), { ...on(), token: text });

  const of = (params: CallInput['params']): CallInput => ({ prefix, params: { slug, ...platform, ...params } });
  for (const current_version of ['1.1.9', '1.2.0']) {
    await askFor(ask, 'checkUpdate', under(`from ${current_version}`), of({ current_version }));
  }
  const { headers } = await ask(
    `checkUpdate ${under('for its ETag')}`,
    toWireRequest('checkUpdate', of({ current_version: '1.1.8' })),
  );
  const again = { ...of({ current_version: '1.1.8' }), headers: { 'if-none-match': headers['etag'] ?? '' } };
  await ask(`checkUpdate ${under('known')}`, toWireRequest('checkUpdate', again));
  await askFor(ask, 'electronFeed', under('for Linux'), of({ feed: 'latest-linux.yml' }));
  await askFor(ask, 'appcast', under('without items'), of({}));
  const download = toWireRequest('downloadArtifact', of({ release_id }));
  const { location = '' } = (await ask(`downloadArtifact ${under('right')}`, download)).headers;
  await ask(`GET ${under('an artifact')}`, toSigned('GET', location));
  const named = toWireRequest('downloadNamedArtifact', of({ release_id, file_name: sampleFile }));
  await ask(`downloadNamedArtifact ${under('right')}`, named);
  await askFor(ask, 'releaseDownloads', under('two'), on({ release_id }));
  await askFor(ask, 'withdrawRelease', under('right'), on({ release_id }));
  await askFor(ask, 'deleteRelease', under('right'), on({ release_id }));
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
