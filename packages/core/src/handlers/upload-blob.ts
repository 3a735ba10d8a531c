import { limits, type RequestOf, SyncError } from '@synckeep/protocol';
import { toObjectKey } from '../blobs/object-key.js';
import { newUploadId, partBytesOf, toPartBytes } from '../blobs/upload-id.js';
import type { BlobStore, PartsTarget, SignedPart } from '../ports/index.js';
import type { Handler, Reply } from './handler.js';

/** The way in parts, when the client asks for it, the blob is large enough, and the store has it; else null. */
const wayInParts = ({ upload, size_bytes }: RequestOf<'uploadBlob'>, { parts }: BlobStore) =>
  upload && parts && size_bytes > limits.blobBytesBeforeParts
    ? { uploads: parts, id: upload.id ?? null, partBytes: toPartBytes(upload.part_size, size_bytes) }
    : null;

const toPartsReply = (id: string, partBytes: number, signed: readonly SignedPart[]): Reply<'uploadBlob'> => {
  const parts = signed.map(({ partNumber, url }) => ({ part_number: partNumber, url }));
  return { status: 200, body: { upload_url: '', already_exists: false, upload: { id, part_size: partBytes, parts } } };
};

/** P-101, P-102, P-108 */
export const uploadBlob: Handler<'uploadBlob'> = async ({ caller, body, now }, deps) => {
  const { scope } = caller;
  const { blobIndex } = deps.storage;
  const { blobLimit, bytesLimit } = await deps.entitled.of(caller);
  if (blobLimit !== null && body.size_bytes > blobLimit) {
    throw new SyncError('blob_too_large', { details: { limit: blobLimit } });
  }
  const hash = body.hash.toLowerCase();
  const sizeBytes = body.size_bytes;
  const urlExpiresAt = now + limits.uploadUrlLifetime * 1000;
  const toTarget = (objectKey: string, partBytes: number): PartsTarget => ({
    objectKey,
    sizeBytes,
    partBytes,
    expiresAt: urlExpiresAt,
    limit: limits.partsPerAnswer,
  });

  const inParts = wayInParts(body, deps.blobStore);
  const partBytesBefore = inParts?.id ? partBytesOf(inParts.id) : null;
  if (inParts?.id && partBytesBefore) {
    const objectKey = toObjectKey(scope, hash, inParts.id);
    const reservations = await blobIndex.reservations(scope, hash);
    const isKept = reservations.some((each) => each.objectKey === objectKey && each.sizeBytes === sizeBytes);
    const missing = isKept ? await inParts.uploads.resume(toTarget(objectKey, partBytesBefore)) : null;
    if (missing) return toPartsReply(inParts.id, partBytesBefore, missing);
  }

  const id = newUploadId(deps.random, inParts?.partBytes ?? null);
  const objectKey = toObjectKey(scope, hash, id);
  // Parts can be sent, and take room, until they are swept.
  const expiresAt = inParts
    ? now + limits.unconfirmedBlobLifetime * 1000
    : urlExpiresAt + limits.reservationGrace * 1000;
  const { exists } = await blobIndex.reserve(scope, { hash, sizeBytes, objectKey, now, expiresAt, bytesLimit });
  if (exists) return { status: 200, body: { upload_url: '', already_exists: true } };

  if (inParts) {
    const { partBytes, uploads } = inParts;
    return toPartsReply(id, partBytes, await uploads.begin(toTarget(objectKey, partBytes)));
  }
  const checksumHeader = body.checksum_header ?? false;
  const target = { objectKey, sizeBytes, hash, expiresAt: urlExpiresAt, checksumHeader };
  const { url, headers } = await deps.blobStore.signUpload(target);
  return {
    status: 200,
    body: { upload_url: url, already_exists: false, ...(checksumHeader && { upload_headers: { ...headers } }) },
  };
};
