import type { OperationName } from '@synckeep/protocol';
import type { Device } from './caller.js';
import { change } from './changes.js';
import type { CallInput, Fixture } from './fixture.js';
import { ownPage, setUpSample } from './test-administrators.js';

export const zeroId = '00000000-0000-4000-8000-000000000000';
export const sampleHash = 'ab'.repeat(32);

/** A value for every parameter of a path. */
export const sampleParams = (device: Device): Readonly<Record<string, string>> => ({
  ...{ device_id: device.id, hash: sampleHash, app_id: device.app.id, user_id: device.user.id },
  ...{ item_id: 'pro', tier_id: 'gold', membership_id: zeroId, provider: 'stripe' },
  ...{ token_id: zeroId, administrator_id: zeroId },
  release_id: zeroId,
  slug: 'notes',
  target: 'linux',
  arch: 'x86_64',
  current_version: '1.0.0',
  feed: 'latest-linux.yml',
  file_name: 'notes-1.2.0.AppImage',
});

/** A request of each operation that nothing but the check at hand refuses. A new operation must be added here. */
export const validInput = (
  device: Device,
  params: CallInput['params'] = sampleParams(device),
): Readonly<Record<OperationName, CallInput>> => ({
  login: { body: { email: device.user.email, password: device.user.password, api_key: device.app.apiKey } },
  renewToken: {},
  registerDevice: { body: { device_name: 'Tablet', platform: 'android' } },
  listDevices: {},
  renameDevice: { params: { device_id: device.id }, body: { device_name: 'Desk' } },
  deleteDevice: { params: { device_id: device.id } },
  push: { body: { device_id: device.id, batch_id: 'twice', changes: [change('a')] } },
  pull: { body: { device_id: device.id } },
  status: {},
  overview: {},
  listUsage: {},
  health: {},
  limits: {},
  putKey: { body: { encrypted_key: 'k' } },
  getKey: {},
  keyHistory: {},
  beginRotation: { body: { new_encrypted_key: 'l' } },
  rotationEntries: { body: {} },
  rotationBatch: { body: { entries: [{ seq: 1, data: 'x' }] } },
  completeRotation: {},
  abortRotation: {},
  reset: { body: { confirm: 'erase my data' } },
  uploadBlob: { body: { hash: sampleHash, size_bytes: 1 } },
  confirmBlob: { body: { hash: sampleHash, size_bytes: 1 } },
  downloadBlob: { body: { hash: sampleHash } },
  deleteBlob: { params: { hash: sampleHash } },
  subscribe: {},
  subscribeTicket: {},
  setSlug: { params, body: { slug: 'notes' } },
  createRelease: { params, body: { version: '1.2.0' } },
  listReleases: { params },
  updateRelease: { params, body: { rollout: 10 } },
  deleteRelease: { params },
  publishRelease: { params },
  withdrawRelease: { params },
  releaseDownloads: { params },
  createArtifact: { params, body: { target: 'linux', arch: 'x86_64', file_size: 1, sha256: sampleHash } },
  confirmArtifact: { params },
  electronFeed: { params },
  appcast: { params },
  downloadArtifact: { params },
  downloadNamedArtifact: { params },
  checkUpdate: { params },
  listApps: {},
  listAppReleases: { params },
  publishAppRelease: { params },
  withdrawAppRelease: { params },
  deleteAppRelease: { params },
  appReleaseDownloads: { params },
  linkApp: { params: { app_id: device.app.id }, body: { kind: 'item', id: 'pro' } },
  unlinkApp: { params: { app_id: device.app.id } },
  createApp: { body: { name: 'Notes' } },
  getApp: { params },
  updateApp: { params, body: { name: 'Notes' } },
  eraseApp: { params, body: { confirm: 'somebody else' } },
  rotateAppKey: { params, body: { overlap_seconds: 60 } },
  listAppUsers: { params },
  listUserApps: { params },
  listUserDevices: { query: { app_id: device.app.id, user_id: device.user.id } },
  removeUserDevice: { params },
  listUsers: {},
  createUser: { body: { email: 'new@example.com', password: 'correct horse battery' } },
  inviteUser: { body: { email: 'invited@example.com', app_id: device.app.id } },
  getUser: { params },
  updateUser: { params, body: { email: 'moved@example.com' } },
  eraseUser: { params, body: { confirm: 'somebody else' } },
  revokeUserTokens: { params },
  resetSecondFactor: { params },
  createResetLink: { params },
  exportUser: { params },
  listItems: {},
  putItem: { params: { item_id: 'pro' }, body: { name: 'Notes Pro' } },
  deleteItem: { params: { item_id: 'pro' } },
  listTiers: {},
  putTier: { params: { tier_id: 'gold' }, body: { label: 'Gold', blob_limit: 1024 } },
  deleteTier: { params: { tier_id: 'gold' } },
  listMemberships: {},
  grantMembership: {
    params: { user_id: device.user.id },
    body: { kind: 'item', id: 'pro', ends_at: '2030-03-13T10:05:00Z', grace_seconds: 60 },
  },
  changeMembership: {
    params: { user_id: device.user.id, membership_id: zeroId },
    body: { ends_at: '2030-03-13T10:05:00Z' },
  },
  listAudit: {},
  adminSession: {},
  setUpAdministrator: { headers: ownPage, body: setUpSample },
  signInAdministrator: {
    headers: ownPage,
    body: { email: setUpSample.email, password: setUpSample.password },
  },
  signOutAdministrator: { headers: ownPage },
  listAdminTokens: {},
  createAdminToken: { body: { name: 'CI', scopes: ['tokens:write'], expires_in: 3600 } },
  revokeAdminToken: { params: { token_id: zeroId } },
  listAdministrators: {},
  addAdministrator: { body: { user_id: device.user.id } },
  removeAdministrator: { params: { administrator_id: zeroId } },
  receiveWebhook: { params: { provider: 'stripe' }, body: { id: 'evt_1' } },
});

const jwt = (header: object, claims: object): string =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

export const goodClaims = (device: Device, f: Fixture) => ({
  userId: device.user.id,
  appId: device.app.id,
  generation: 1,
  session: null,
  keyGeneration: 1,
  issuedAt: f.clock.now(),
  expiresAt: f.clock.now() + 60_000,
});

/** Another first character in one of the three parts of a token. */
const alter = (token: string, part: number): string =>
  token
    .split('.')
    .map((text, n) => (n === part ? (text.startsWith('A') ? 'B' : 'A') + text.slice(1) : text))
    .join('.');

/** Tokens that must be refused, each as somebody would make it who knows everything but the secret. */
export const badTokens = {
  garbage: () => 'garbage',
  'an unsigned one (alg: none)': (device: Device, f: Fixture) =>
    jwt(
      { alg: 'none', typ: 'JWT' },
      {
        sub: device.user.id,
        app: device.app.id,
        iat: f.clock.now() / 1000,
        exp: f.clock.now() / 1000 + 60,
        ugen: 1,
        kgen: 1,
      },
    ),
  'one with another signature': (device: Device) => alter(device.token, 2),
  'one with another payload': (device: Device) => alter(device.token, 1),
  'an expired one': (device: Device, f: Fixture) =>
    f.accounts.sign({ ...goodClaims(device, f), expiresAt: f.clock.now() }),
  'one from the future': (device: Device, f: Fixture) =>
    f.accounts.sign({ ...goodClaims(device, f), issuedAt: f.clock.now() + 65_000 }),
  'one of an app that does not exist': (device: Device, f: Fixture) =>
    f.accounts.sign({ ...goodClaims(device, f), appId: zeroId }),
  'one of a user that does not exist': (device: Device, f: Fixture) =>
    f.accounts.sign({ ...goodClaims(device, f), userId: zeroId }),
  'one of an old key generation': (device: Device, f: Fixture) =>
    f.accounts.sign({ ...goodClaims(device, f), keyGeneration: 0 }),
  'one of an ended session': (device: Device, f: Fixture) =>
    f.accounts.sign({ ...goodClaims(device, f), session: zeroId }),
  'a revoked one': async (device: Device, f: Fixture) => {
    await f.accounts.revokeTokens(device.user.id);
    return device.token;
  },
} satisfies Record<string, (device: Device, fixture: Fixture) => string | Promise<string>>;
