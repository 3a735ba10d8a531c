import type { ReserveBlob, Scope, Storage } from '@synckeep/core';
import { createHash, now } from './samples.js';

/** A reservation of 10 bytes for one second, of a new hash under a new object key. */
export const newBlob = (over: Partial<ReserveBlob> = {}): ReserveBlob => ({
  hash: createHash(),
  sizeBytes: 10,
  objectKey: `contract/${createHash()}`,
  now,
  expiresAt: now + 1000,
  bytesLimit: null,
  ...over,
});

export const reserve = async (
  storage: Storage,
  scope: Scope,
  over: Partial<ReserveBlob> = {},
): Promise<ReserveBlob & { readonly exists: boolean }> => {
  const blob = newBlob(over);
  return { ...blob, ...(await storage.blobIndex.reserve(scope, blob)) };
};

/** Confirms what was reserved, with a limit and at a time where they matter. */
export const confirm = (
  storage: Storage,
  scope: Scope,
  { hash, objectKey, sizeBytes }: ReserveBlob,
  bytesLimit: number | null = null,
  time = now,
) => storage.blobIndex.confirm(scope, hash, objectKey, sizeBytes, bytesLimit, time);

/** Every discarded object of the store. */
export const discarded = (storage: Storage): Promise<readonly string[]> => storage.blobIndex.discarded(null, 1_000_000);
