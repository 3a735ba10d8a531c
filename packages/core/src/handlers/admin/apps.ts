import { type RequestOf, SyncError } from '@synckeep/protocol';
import { toOrigin } from '../../access/admins.js';
import type { App } from '../../records/app.js';
import { isRegistrable } from '../../records/redirects.js';
import type { AppPatch } from '../../server.js';
import { toTime } from '../../wire.js';
import type { Handler } from '../handler.js';
import { confirm, untilErased } from './erase.js';
import { toNext, toPage } from './page.js';

/** Without the digests of its keys. */
const toAnswer = (app: App) => ({
  app_id: app.id,
  name: app.name,
  paused: app.paused,
  link: app.link,
  created_at: toTime(app.createdAt),
  origins: app.origins,
  redirects: app.redirects,
  blob_limit: app.blobLimit,
  bytes_limit: app.bytesLimit,
  dialect: app.dialect,
  require_base: app.requireBase,
  compaction: app.compaction && {
    keep_seconds: app.compaction.keepSeconds,
    tombstone_seconds: app.compaction.tombstoneSeconds,
  },
  collect_blobs: app.collectBlobs && { grace_seconds: app.collectBlobs.graceSeconds },
  registration: app.registration,
  keys: app.keys.map(({ prefix, generation, validUntil }) => ({
    ...{ prefix, generation, valid_until: validUntil === null ? null : toTime(validUntil) },
  })),
});

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** @throws SyncError `invalid_request` for a redirect that no app can register */
const toRedirects = (redirects: readonly string[]): string[] => {
  const index = redirects.findIndex((redirect) => !isRegistrable(redirect));
  if (index < 0) return unique(redirects);
  const problem =
    'must be an https URL, or one of a scheme with a dot such as com.example.notes:/callback, without a fragment';
  throw new SyncError('invalid_request', { details: { in: 'body', pointer: `/redirects/${index}`, problem } });
};

const toCompaction = (asked: NonNullable<RequestOf<'updateApp'>['compaction']>): App['compaction'] => ({
  keepSeconds: asked.keep_seconds,
  tombstoneSeconds: asked.tombstone_seconds,
});

const toPatch = (body: RequestOf<'updateApp'>): AppPatch => ({
  ...(typeof body.name === 'string' && { name: body.name.trim() }),
  ...(typeof body.paused === 'boolean' && { paused: body.paused }),
  ...(body.origins && { origins: unique(body.origins) }),
  ...(body.redirects && { redirects: toRedirects(body.redirects) }),
  ...(body.blob_limit !== undefined && { blobLimit: body.blob_limit }),
  ...(body.bytes_limit !== undefined && { bytesLimit: body.bytes_limit }),
  ...(body.dialect && { dialect: body.dialect }),
  ...(typeof body.require_base === 'boolean' && { requireBase: body.require_base }),
  ...(body.collect_blobs !== undefined && {
    collectBlobs: body.collect_blobs && { graceSeconds: body.collect_blobs.grace_seconds },
  }),
  ...(body.compaction !== undefined && { compaction: body.compaction && toCompaction(body.compaction) }),
  ...(body.registration && { registration: body.registration }),
});

/** P-180 */
export const listApps: Handler<'listApps'> = async ({ query }, { apps }) => {
  const page = toPage(query);
  const found = await apps.list(page);
  const start = query.name?.toLowerCase() ?? '';
  const fitting = found.filter(({ name }) => name.toLowerCase().startsWith(start));
  return { status: 200, body: { apps: fitting.map(toAnswer), next: toNext(found, page, ({ id }) => id) } };
};

/** P-181 */
export const createApp: Handler<'createApp'> = async ({ caller, address, body }, { apps }) => {
  const { app, apiKey } = await apps.by(toOrigin(caller, address)).create({ name: body.name.trim() });
  return { status: 201, body: { app: toAnswer(app), api_key: apiKey } };
};

export const getApp: Handler<'getApp'> = async ({ params }, { apps }) => {
  const app = await apps.get(params.app_id);
  if (!app) throw new SyncError('app_not_found');
  return { status: 200, body: toAnswer(app) };
};

/** P-181 */
export const updateApp: Handler<'updateApp'> = async ({ caller, address, params, body }, { apps }) => {
  const app = await apps.by(toOrigin(caller, address)).update(params.app_id, toPatch(body));
  if (!app) throw new SyncError('app_not_found');
  return { status: 200, body: toAnswer(app) };
};

/** P-182 */
export const rotateAppKey: Handler<'rotateAppKey'> = async ({ caller, address, params, body }, { apps }) => {
  const overlapSeconds = body.overlap_seconds ?? 0;
  const rotated = await apps.by(toOrigin(caller, address)).rotateKey(params.app_id, { overlapSeconds });
  if (!rotated) throw new SyncError('app_not_found');
  return { status: 200, body: { app: toAnswer(rotated.app), api_key: rotated.apiKey } };
};

/** P-183 */
export const eraseApp: Handler<'eraseApp'> = async ({ caller, address, params, body }, deps) => {
  const app = await deps.apps.get(params.app_id);
  if (app) confirm(body.confirm, app.name, 'the name of the app');
  else if (!(await deps.scopes.isErasing('app', params.app_id))) throw new SyncError('app_not_found');
  return untilErased(deps.scopes.eraseApp(params.app_id, toOrigin(caller, address)), deps);
};

/** P-162. Whether an item is free is asked anew each time, so the link itself says that it is paid. */
export const linkApp: Handler<'linkApp'> = async ({ caller, address, params, body }, { apps }) => {
  const link = { kind: body.kind, id: body.id, paid: true };
  const app = await apps.by(toOrigin(caller, address)).update(params.app_id, { link });
  if (!app) throw new SyncError('app_not_found');
  return { status: 200, body: toAnswer(app) };
};

export const unlinkApp: Handler<'unlinkApp'> = async ({ caller, address, params }, { apps }) => {
  const app = await apps.by(toOrigin(caller, address)).update(params.app_id, { link: null });
  if (!app) throw new SyncError('app_not_found');
  return { status: 204, body: null };
};
