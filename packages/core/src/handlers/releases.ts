import { SyncError } from '@synckeep/protocol';
import { randomUuid } from '../digest.js';
import { toReleaseAnswer } from '../releases/answers.js';
import { deleteArtifacts } from '../releases/objects.js';
import type { Publisher, ReleaseEditor } from '../releases/publishers.js';
import { isConfirmed, type Release, stableChannel } from '../releases/release.js';
import { verifySignature } from '../releases/verify-signature.js';
import type { Deps, Handler } from './handler.js';

interface Deed {
  readonly address: string;
  readonly now: number;
}

/** A publishing token is good for its own app; another app id is refused whether or not there is such an app (P-140). */
export const enforceOwnApp = ({ app }: Publisher, appId: string): void => {
  if (app.id !== appId) throw new SyncError('app_mismatch');
};

/** P-141 */
export const setSlug: Handler<'setSlug'> = async ({ caller, params, body, address }, { slugs }) => {
  enforceOwnApp(caller, params.app_id);
  await slugs.take(caller, body.slug, address);
  return { status: 200, body: { app_id: caller.app.id, slug: body.slug } };
};

/** P-142, P-143 */
export const createRelease: Handler<'createRelease'> = async (call, { releases, random }) => {
  const { caller, params, body, address, now } = call;
  enforceOwnApp(caller, params.app_id);
  const release: Release = {
    id: randomUuid(random),
    appId: caller.app.id,
    version: body.version,
    channel: body.channel ?? stableChannel,
    state: 'draft',
    notes: body.notes ?? '',
    signature: body.signature ?? '',
    rollout: body.rollout ?? 100,
    minimumVersion: body.minimum_version ?? null,
    createdAt: now,
    publishedAt: null,
    artifacts: [],
  };
  await releases.create(caller, release, address);
  return { status: 201, body: toReleaseAnswer(release) };
};

/** P-142 */
export const listReleases: Handler<'listReleases'> = async ({ caller, params }, { releases }) => {
  enforceOwnApp(caller, params.app_id);
  return { status: 200, body: (await releases.list(caller)).map(toReleaseAnswer) };
};

/** P-145 */
export const updateRelease: Handler<'updateRelease'> = async ({ caller, params, body, address }, { releases }) => {
  enforceOwnApp(caller, params.app_id);
  const change = (present: Release): Release => ({
    ...present,
    notes: body.notes ?? present.notes,
    rollout: body.rollout ?? present.rollout,
    minimumVersion: (body.minimum_version ?? present.minimumVersion) || null,
  });
  const release = await releases.revise(caller, params.release_id, change, { verb: 'update', address });
  return { status: 200, body: toReleaseAnswer(release) };
};

export const remove = async (editor: ReleaseEditor, id: string, address: string, deps: Deps): Promise<void> => {
  const { artifacts } = await deps.releases.remove(editor, id, address);
  await deps.downloadCounts.remove(id);
  await deleteArtifacts(artifacts, { ...deps, records: deps.storage.records });
};

/** P-142 */
export const deleteRelease: Handler<'deleteRelease'> = async ({ caller, params, address }, deps) => {
  enforceOwnApp(caller, params.app_id);
  await remove(caller, params.release_id, address, deps);
  return { status: 204, body: null };
};

const isComplete = ({ artifacts }: Release): boolean => artifacts.length > 0 && artifacts.every(isConfirmed);

/** P-142, P-148: nobody is offered what is not whole and signed. */
export const publish = async (
  editor: ReleaseEditor,
  id: string,
  { address, now }: Deed,
  deps: Deps,
): Promise<Release> => {
  const publicKey = await deps.updateKeys.get(editor.app.id);
  const change = (present: Release): Release => {
    if (!isComplete(present)) {
      const missing = present.artifacts.filter((artifact) => !isConfirmed(artifact));
      const unconfirmed = missing.map(({ target, arch }) => `${target}/${arch}`);
      throw new SyncError('release_incomplete', { details: { unconfirmed } });
    }
    for (const artifact of present.artifacts.filter(isConfirmed)) verifySignature(present, artifact, publicKey);
    return { ...present, state: 'published', publishedAt: present.publishedAt ?? now };
  };
  return deps.releases.revise(editor, id, change, { verb: 'publish', address });
};

export const publishRelease: Handler<'publishRelease'> = async (call, deps) => {
  const { caller, params } = call;
  enforceOwnApp(caller, params.app_id);
  return { status: 200, body: toReleaseAnswer(await publish(caller, params.release_id, call, deps)) };
};

export const withdraw = (editor: ReleaseEditor, id: string, address: string, { releases }: Deps): Promise<Release> =>
  releases.revise(editor, id, (present) => ({ ...present, state: 'withdrawn' }), { verb: 'withdraw', address });

/** P-142 */
export const withdrawRelease: Handler<'withdrawRelease'> = async ({ caller, params, address }, deps) => {
  enforceOwnApp(caller, params.app_id);
  return { status: 200, body: toReleaseAnswer(await withdraw(caller, params.release_id, address, deps)) };
};

export const downloads = async (editor: ReleaseEditor, releaseId: string, deps: Deps) => {
  const { id } = await deps.releases.get(editor, releaseId);
  const days = (await deps.downloadCounts.of(id)).flatMap(({ date, counts }) =>
    counts.map(({ target, arch, downloads }) => ({ date, target, arch, downloads })),
  );
  return { total: days.reduce((sum, { downloads }) => sum + downloads, 0), days };
};

/** P-147 */
export const releaseDownloads: Handler<'releaseDownloads'> = async ({ caller, params }, deps) => {
  enforceOwnApp(caller, params.app_id);
  return { status: 200, body: await downloads(caller, params.release_id, deps) };
};
