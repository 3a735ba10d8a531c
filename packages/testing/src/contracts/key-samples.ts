import type { BeginRotation, PutKey, RotationPage, RotationQuery, Scope, Storage } from '@synckeep/core';
import { createEpoch, now } from './samples.js';

export const newEnvelope = (): string => `envelope ${crypto.randomUUID()}`;

/** Puts an envelope without a condition. */
export const putKey = (storage: Storage, scope: Scope, over: Partial<PutKey> = {}) =>
  storage.keyStore.put(scope, {
    envelope: newEnvelope(),
    etag: crypto.randomUUID(),
    condition: { absent: false, etags: null, keyVersion: null },
    freshEpoch: createEpoch(),
    guards: [],
    now,
    ...over,
  });

export const beginRotation = (storage: Storage, scope: Scope, over: Partial<BeginRotation> = {}) =>
  storage.keyStore.beginRotation(scope, {
    envelope: newEnvelope(),
    etag: crypto.randomUUID(),
    keyVersion: null,
    now,
    ...over,
  });

export const rotationEntries = (
  storage: Storage,
  scope: Scope,
  over: Partial<RotationQuery> = {},
): Promise<RotationPage> =>
  storage.keyStore.rotationEntries(scope, {
    after: null,
    limit: 500,
    maxBytes: 8 * 1024 * 1024,
    maxScan: 10_000,
    ...over,
  });

/** Replaces the data at these positions by a text that names the position. */
export const rotate = (storage: Storage, scope: Scope, positions: readonly number[], prefix = 'rotated') =>
  storage.keyStore.rotate(scope, {
    entries: positions.map((position) => ({ position, data: `${prefix} ${position}` })),
    keyVersion: null,
    bytesLimit: null,
    now,
  });
