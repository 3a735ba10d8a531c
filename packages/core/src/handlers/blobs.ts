import { limits, SyncError } from '@synckeep/protocol';
import { deleteDiscarded } from '../blobs/delete-discarded.js';
import { createObjectKey } from '../blobs/object-key.js';
import type { Handler } from './handler.js';

/** P-101, P-102 */
export const uploadBlob: Handler<'uploadBlob'> = async ({ caller, body, now }, deps) => {
  const { scope } = caller;
  const { blobLimit, bytesLimit } = await deps.entitled.of(caller);
  if (blobLimit !== null && body.size_bytes > blobLimit) {
    throw new SyncError('blob_too_large', { details: { limit: blobLimit } });
  }
  const hash = body.hash.toLowerCase();
  const sizeBytes = body.size_bytes;
  const objectKey = createObjectKey(scope, hash, deps.random);
  const urlExpiresAt = now + limits.uploadUrlLifetime * 1000;
  const expiresAt = urlExpiresAt + limits.reservationGrace * 1000;
  const { exists } = await deps.storage.blobIndex.reserve(scope, {
    hash,
    sizeBytes,
    objectKey,
    now,
    expiresAt,
    bytesLimit,
  });
  if (exists) return { status: 200, body: { upload_url: '', already_exists: true } };
  const checksumHeader = body.checksum_header ?? false;
  const upload = await deps.blobStore.signUpload({
    objectKey,
    sizeBytes,
    hash,
    expiresAt: urlExpiresAt,
    checksumHeader,
  });
  return {
    status: 200,
    body: {
      upload_url: upload.url,
      already_exists: false,
      ...(checksumHeader && { upload_headers: { ...upload.headers } }),
    },
  };
};

/** P-103: the first object that really holds the bytes wins; those that do not are removed. */
export const confirmBlob: Handler<'confirmBlob'> = async ({ caller, body, now }, deps) => {
  const { scope } = caller;
  const { blobIndex } = deps.storage;
  const hash = body.hash.toLowerCase();
  const size = body.size_bytes;
  const confirmed = await blobIndex.get(scope, hash);
  if (confirmed) {
    if (confirmed.sizeBytes !== size)
      throw new SyncError('blob_mismatch', { details: { size_bytes: confirmed.sizeBytes } });
    return { status: 200, body: { hash, size_bytes: size } };
  }
  let isMismatched = false;
  for (const { objectKey } of await blobIndex.reservations(scope, hash)) {
    const stored = await deps.blobStore.inspect(objectKey, size);
    if (!stored) continue;
    if (stored.sizeBytes === size && stored.hash === hash) {
      const { bytesLimit } = await deps.entitled.of(caller);
      const kept = await blobIndex.confirm(scope, hash, objectKey, size, bytesLimit, now);
      await deleteDiscarded(deps);
      return { status: 200, body: { hash, size_bytes: kept.sizeBytes } };
    }
    isMismatched = true;
    await blobIndex.release(scope, hash, objectKey);
  }
  if (!isMismatched) throw new SyncError('blob_not_uploaded');
  await deleteDiscarded(deps);
  throw new SyncError('blob_mismatch');
};

/** P-104 */
export const downloadBlob: Handler<'downloadBlob'> = async ({ caller, body, now }, { storage, blobStore }) => {
  const blob = await storage.blobIndex.get(caller.scope, body.hash.toLowerCase());
  if (!blob) throw new SyncError('blob_not_found');
  const url = await blobStore.signDownload(blob.objectKey, now + limits.downloadUrlLifetime * 1000);
  return { status: 200, body: { download_url: url } };
};

/** P-104 */
export const deleteBlob: Handler<'deleteBlob'> = async ({ caller, params }, deps) => {
  const isRemoved = await deps.storage.blobIndex.remove(caller.scope, params.hash.toLowerCase());
  if (!isRemoved) throw new SyncError('blob_not_found');
  await deleteDiscarded(deps);
  return { status: 204, body: null };
};
