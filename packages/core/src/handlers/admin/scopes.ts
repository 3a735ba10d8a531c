import { type AnswerOf, SyncError } from '@synckeep/protocol';
import { toOrigin } from '../../access/admins.js';
import type { Scope, ScopeFilter } from '../../ports/index.js';
import { type App, appKind } from '../../records/app.js';
import { createCollection } from '../../records/collection.js';
import { toDeviceAnswer, toTime } from '../../wire.js';
import type { Deps, Handler } from '../handler.js';
import { toNext, toPage } from './page.js';

type ScopeAnswer = AnswerOf<'listUserApps'>['scopes'][number];
type Page = Parameters<typeof toPage>[0];

const findApp = async (appId: string, { apps }: Pick<Deps, 'apps'>): Promise<App> => {
  const app = await apps.get(appId);
  if (!app) throw new SyncError('app_not_found');
  return app;
};

const describe = async (scope: Scope, app: App | null, deps: Deps): Promise<ScopeAnswer> => {
  const { storage, entitled, clock } = deps;
  const [status, devices, entitlement] = await Promise.all([
    storage.changeLog.status(scope, clock.now()),
    storage.deviceStore.list(scope),
    app && entitled.of({ scope, app }),
  ]);
  const seen = Math.max(...devices.map(({ lastSeenAt }) => lastSeenAt));
  return {
    app_id: scope.appId,
    user_id: scope.userId,
    total_changes: status.totalChanges,
    bytes_used: status.bytesUsed,
    bytes_limit: entitlement?.bytesLimit ?? null,
    devices: devices.length,
    last_seen_at: devices.length === 0 ? null : toTime(seen),
  };
};

/** How many scopes are read at once: more would take every connection of a pool. */
const atOnce = 8;

const list = async (filter: ScopeFilter, after: Scope | null, query: Page, deps: Deps) => {
  const page = toPage(query);
  const found = await deps.storage.scopes(filter, after, page.limit);
  const apps = new Map<string, App | null>();
  for (const { appId } of found) if (!apps.has(appId)) apps.set(appId, await deps.apps.get(appId));
  const scopes: ScopeAnswer[] = [];
  for (let start = 0; start < found.length; start += atOnce) {
    const some = found.slice(start, start + atOnce);
    scopes.push(...(await Promise.all(some.map((scope) => describe(scope, apps.get(scope.appId) ?? null, deps)))));
  }
  return { scopes, next: toNext(found, page, ({ appId, userId }) => (filter.appId === null ? appId : userId)) };
};

/** P-188 */
export const listUserApps: Handler<'listUserApps'> = async ({ params, query }, deps) => {
  const { user_id: userId } = params;
  if (deps.users && !(await deps.users.get(userId))) throw new SyncError('user_not_found');
  const after = query.after === undefined ? null : { appId: query.after, userId };
  return { status: 200, body: await list({ appId: null, userId }, after, query, deps) };
};

/** P-188 */
export const listAppUsers: Handler<'listAppUsers'> = async ({ params, query }, deps) => {
  const { id: appId } = await findApp(params.app_id, deps);
  const after = query.after === undefined ? null : { appId, userId: query.after };
  return { status: 200, body: await list({ appId, userId: null }, after, query, deps) };
};

/** P-189 */
export const listUserDevices: Handler<'listUserDevices'> = async ({ query }, deps) => {
  const { id: appId } = await findApp(query.app_id, deps);
  const scope = { appId, userId: query.user_id };
  const devices = await deps.storage.deviceStore.list(scope);
  return { status: 200, body: { devices: devices.map((device) => toDeviceAnswer(scope, device)) } };
};

/** P-189; ends the sessions of the device (P-16). */
export const removeUserDevice: Handler<'removeUserDevice'> = async ({ caller, address, params }, deps) => {
  const { storage, login, audit, clock } = deps;
  const { user_id: userId, device_id: deviceId } = params;
  const { id: appId } = await findApp(params.app_id, deps);
  const scope = { appId, userId };
  if (!(await storage.deviceStore.get(scope, deviceId))) throw new SyncError('device_not_found');
  const entry = audit.entry({
    ...toOrigin(caller, address),
    action: 'device.remove',
    appId,
    subject: { kind: 'user', id: userId },
    details: { device_id: deviceId },
  });
  const guard = await deps.erasureGuard(userId);
  // First, since devices are no records: a row too many is better than a deed that nobody wrote down.
  const isThere = createCollection(storage.records, clock, appKind).check(appId, 'present');
  const { done } = await storage.records.transact([isThere, guard.check, entry], clock.now());
  const removed = done ? await storage.deviceStore.remove(scope, deviceId) : undefined;
  if (!removed) throw new SyncError('device_not_found');
  if (login && removed.session !== null) await login.endSessions([removed.session]);
  return { status: 204, body: null };
};
