import { SyncError } from '@synckeep/protocol';
import type { Admin } from '../../access/admins.js';
import { appKind } from '../../records/app.js';
import { createCollection } from '../../records/collection.js';
import { toReleaseAnswer } from '../../releases/answers.js';
import type { ReleaseEditor } from '../../releases/publishers.js';
import type { Deps, Handler } from '../handler.js';
import { downloads, publish, remove, withdraw } from '../releases.js';

/** @throws SyncError `app_not_found` */
const toEditor = async ({ kind, id }: Admin, appId: string, { storage, clock }: Deps): Promise<ReleaseEditor> => {
  const apps = createCollection(storage.records, clock, appKind);
  const app = await apps.get(appId);
  if (!app) throw new SyncError('app_not_found');
  return { app: app.value, actor: { kind, id }, guards: [apps.check(appId, 'present')] };
};

/** P-195 */
export const listAppReleases: Handler<'listAppReleases'> = async ({ caller, params }, deps) => {
  const found = await deps.releases.list(await toEditor(caller, params.app_id, deps));
  return { status: 200, body: { releases: found.map(toReleaseAnswer), next: null } };
};

/** P-195 */
export const publishAppRelease: Handler<'publishAppRelease'> = async (call, deps) => {
  const { caller, params } = call;
  const editor = await toEditor(caller, params.app_id, deps);
  return { status: 200, body: toReleaseAnswer(await publish(editor, params.release_id, call, deps)) };
};

/** P-195 */
export const withdrawAppRelease: Handler<'withdrawAppRelease'> = async ({ caller, params, address }, deps) => {
  const editor = await toEditor(caller, params.app_id, deps);
  return { status: 200, body: toReleaseAnswer(await withdraw(editor, params.release_id, address, deps)) };
};

/** P-195 */
export const deleteAppRelease: Handler<'deleteAppRelease'> = async ({ caller, params, address }, deps) => {
  await remove(await toEditor(caller, params.app_id, deps), params.release_id, address, deps);
  return { status: 204, body: null };
};

/** P-195 */
export const appReleaseDownloads: Handler<'appReleaseDownloads'> = async ({ caller, params }, deps) => ({
  status: 200,
  body: await downloads(await toEditor(caller, params.app_id, deps), params.release_id, deps),
});
