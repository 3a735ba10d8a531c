import { SyncError } from '@synckeep/protocol';
import { randomUuid } from '../digest.js';
import { toReleaseAnswer } from '../releases/answers.js';
import { deleteArtifacts } from '../releases/objects.js';
import type { Publisher } from '../releases/publishers.js';
import { isConfirmed, type Release, stableChannel } from '../releases/release.js';
import { verifySignature } from '../releases/verify-signature.js';
import type { Handler } from './handler.js';

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

/** P-142 */
export const deleteRelease: Handler<'deleteRelease'> = async ({ caller, params, address }, deps) => {
  enforceOwnApp(caller, params.app_id);
  const { artifacts } = await deps.releases.remove(caller, params.release_id, address);
  await deps.downloadCounts.remove(params.release_id);
  await deleteArtifacts(artifacts, { ...deps, records: deps.storage.records });
  return { status: 204, body: null };
};

const isComplete = ({ artifacts }: Release): boolean => artifacts.length > 0 && artifacts.every(isConfirmed);

/** P-142, P-148: nobody is offered what is not whole and signed. */
export const publishRelease: Handler<'publishRelease'> = async (call, { releases, updateKeys }) => {
  const { caller, params, address, now } = call;
  enforceOwnApp(caller, params.app_id);
  const publicKey = await updateKeys.get(caller.app.id);
  const change = (present: Release): Release => {
    if (!isComplete(present)) {
      const missing = present.artifacts.filter((artifact) => !isConfirmed(artifact));
      const unconfirmed = missing.map(({ target, arch }) => `${target}/${arch}`);
      throw new SyncError('release_incomplete', { details: { unconfirmed } });
    }
    for (const artifact of present.artifacts.filter(isConfirmed)) verifySignature(present, artifact, publicKey);
    return { ...present, state: 'published', publishedAt: present.publishedAt ?? now };
  };
  const release = await releases.revise(caller, params.release_id, change, { verb: 'publish', address });
  return { status: 200, body: toReleaseAnswer(release) };
};

/** P-142 */
export const withdrawRelease: Handler<'withdrawRelease'> = async ({ caller, params, address }, { releases }) => {
  enforceOwnApp(caller, params.app_id);
  const change = (present: Release): Release => ({ ...present, state: 'withdrawn' });
  const release = await releases.revise(caller, params.release_id, change, { verb: 'withdraw', address });
  return { status: 200, body: toReleaseAnswer(release) };
};

/** P-147 */
export const releaseDownloads: Handler<'releaseDownloads'> = async ({ caller, params }, deps) => {
  enforceOwnApp(caller, params.app_id);
  const { id } = await deps.releases.get(caller, params.release_id);
  const days = (await deps.downloadCounts.of(id)).flatMap(({ date, counts }) =>
    counts.map(({ target, arch, downloads }) => ({ date, target, arch, downloads })),
  );
  return { status: 200, body: { total: days.reduce((sum, { downloads }) => sum + downloads, 0), days } };
};
