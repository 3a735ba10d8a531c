import { limits, SyncError } from '@synckeep/protocol';
import { deleteDiscarded } from '../blobs/delete-discarded.js';
import type { Handler } from './handler.js';

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
    await blobIndex.confirm(scope, hash, confirmed.objectKey, size, null, now);
    return { status: 200, body: { hash, size_bytes: size } };
  }
  let isMismatched = false;
  for (const { objectKey } of await blobIndex.reservations(scope, hash)) {
    const acceptance = await deps.blobStore.accept({ objectKey, sizeBytes: size, hash });
    if (acceptance === 'missing') continue;
    if (acceptance === 'accepted') {
      const { bytesLimit } = await deps.entitled.of(caller);
      const kept = await blobIndex.confirm(scope, hash, objectKey, size, bytesLimit, now);
      deps.observer?.note({ kind: 'blob', direction: 'upload', bytes: kept.sizeBytes });
      deps.usage.add(caller, { blobBytes: kept.sizeBytes });
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
export const downloadBlob: Handler<'downloadBlob'> = async ({ caller, body, now }, deps) => {
  const { storage, blobStore, observer } = deps;
  const blob = await storage.blobIndex.get(caller.scope, body.hash.toLowerCase());
  if (!blob) throw new SyncError('blob_not_found');
  const url = await blobStore.signDownload(blob.objectKey, now + limits.downloadUrlLifetime * 1000);
  observer?.note({ kind: 'blob', direction: 'download', bytes: blob.sizeBytes });
  return { status: 200, body: { download_url: url } };
};

/** P-104 */
export const deleteBlob: Handler<'deleteBlob'> = async ({ caller, params }, deps) => {
  const isRemoved = await deps.storage.blobIndex.remove(caller.scope, params.hash.toLowerCase());
  if (!isRemoved) throw new SyncError('blob_not_found');
  await deleteDiscarded(deps);
  return { status: 204, body: null };
};
