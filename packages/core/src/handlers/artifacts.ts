import { limits, SyncError } from '@synckeep/protocol';
import { toArtifactAnswer } from '../releases/answers.js';
import { digestObject } from '../releases/object-digests.js';
import { createArtifactKey, deleteArtifacts } from '../releases/objects.js';
import { type Artifact, isConfirmed, isOf, type Platform, type Release } from '../releases/release.js';
import { verifySignature } from '../releases/verify-signature.js';
import type { Deps, Handler } from './handler.js';
import { enforceOwnApp } from './releases.js';

/** The release with this artifact in the place of the one that it has for the same target and arch. */
const withArtifact = (release: Release, artifact: Artifact): Release => ({
  ...release,
  artifacts: [...release.artifacts.filter((each) => !isOf(artifact)(each)), artifact],
});

const isSameFile = (a: Artifact, b: Artifact): boolean => a.hash === b.hash && a.sizeBytes === b.sizeBytes;

/** P-146 */
export const createArtifact: Handler<'createArtifact'> = async ({ caller, params, body, now }, deps) => {
  enforceOwnApp(caller, params.app_id);
  const { target, arch } = body;
  const hash = body.sha256.toLowerCase();
  const asked: Artifact = {
    ...{ target, arch, hash, sizeBytes: body.file_size, confirmed: null },
    fileName: body.file_name ?? null,
    signature: body.signature ?? '',
    objectKey: createArtifactKey(caller.app.id, hash, deps.random),
  };
  let replaced: Artifact | undefined;
  const release = await deps.releases.revise(caller, params.release_id, (present) => {
    replaced = undefined;
    const before = present.artifacts.find(isOf(asked));
    if (!before) return withArtifact(present, asked);
    const isFixed = present.state !== 'draft' && isConfirmed(before);
    if (isSameFile(before, asked)) {
      // Its bytes are there or on their way; the rest may still be corrected while nobody was offered it.
      const { fileName, signature } = isFixed ? before : asked;
      return withArtifact(present, { ...before, fileName, signature });
    }
    if (isFixed) throw new SyncError('artifact_published', { details: { target, arch } });
    replaced = before;
    return withArtifact(present, asked);
  });
  if (replaced) await deleteArtifacts([replaced], { ...deps, records: deps.storage.records });

  const { objectKey, confirmed } = release.artifacts.find(isOf(asked)) ?? asked;
  const answer = { upload_url: '', s3_key: objectKey, already_exists: confirmed !== null };
  if (confirmed) return { status: 200, body: answer };
  const checksumHeader = body.checksum_header ?? false;
  const expiresAt = now + limits.uploadUrlLifetime * 1000;
  const upload = { objectKey, sizeBytes: asked.sizeBytes, hash, expiresAt, checksumHeader };
  const { url, headers } = await deps.blobStore.signUpload(upload);
  return {
    status: 200,
    body: { ...answer, upload_url: url, ...(checksumHeader && { upload_headers: { ...headers } }) },
  };
};

const findArtifact = ({ artifacts }: Release, platform: Platform): Artifact => {
  const found = artifacts.find(isOf(platform));
  if (!found) throw new SyncError('artifact_not_found');
  return found;
};

/** What the bytes in the store prove. @throws SyncError `blob_not_uploaded`, `blob_mismatch` */
const readConfirmation = async (artifact: Artifact, now: number, { blobStore, hasher }: Deps) => {
  const acceptance = await blobStore.accept(artifact);
  if (acceptance === 'different') throw new SyncError('blob_mismatch');
  const chunks = acceptance === 'missing' ? null : await blobStore.read(artifact.objectKey);
  if (!chunks) throw new SyncError('blob_not_uploaded');
  return { at: now, ...(await digestObject(chunks, hasher)) };
};

/** P-146, P-148 */
export const confirmArtifact: Handler<'confirmArtifact'> = async ({ caller, params, now }, deps) => {
  enforceOwnApp(caller, params.app_id);
  const release = await deps.releases.get(caller, params.release_id);
  const artifact = findArtifact(release, params);
  if (isConfirmed(artifact)) return { status: 200, body: toArtifactAnswer(artifact) };
  const confirmed = await readConfirmation(artifact, now, deps);
  const publicKey = await deps.updateKeys.get(caller.app.id);
  const revised = await deps.releases.revise(caller, release.id, (present) => {
    const found = findArtifact(present, params);
    // Somebody announced other bytes meanwhile: nothing was said of those.
    if (found.objectKey !== artifact.objectKey) throw new SyncError('blob_not_uploaded');
    verifySignature(present, { ...found, confirmed }, publicKey);
    return withArtifact(present, { ...found, confirmed: found.confirmed ?? confirmed });
  });
  return { status: 200, body: toArtifactAnswer(findArtifact(revised, params)) };
};
