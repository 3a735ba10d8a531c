import { limits, SyncError } from '@synckeep/protocol';
import type { BlobIndex, ConfirmedBlob } from '../ports/index.js';
import { bytesUsed, openReservations } from './bytes-used.js';
import { allScopes, findScope, type MemoryState, type Reservation, type ScopeState, type StoredBlob } from './state.js';
import { compareBytes } from './text-bytes.js';

/** Turns every blob and reservation of a scope into discarded objects. */
export const discardBlobs = (state: MemoryState, { blobs, reservations }: ScopeState): void => {
  for (const { objectKey } of [...blobs.values(), ...reservations.values()]) state.discarded.add(objectKey);
  blobs.clear();
  reservations.clear();
};

export const touch = ({ blobs }: ScopeState, hash: string, now: number): void => {
  const blob = blobs.get(hash);
  if (blob) blobs.set(hash, { ...blob, touchedAt: now });
};

const toConfirmed = ({ objectKey, sizeBytes }: StoredBlob): ConfirmedBlob => ({ objectKey, sizeBytes });

/** Newest first. */
const reservationsOf = (log: ScopeState | undefined, hash: string): Reservation[] =>
  [...(log?.reservations.values() ?? [])]
    .filter((reservation) => reservation.hash === hash)
    .reverse()
    .sort((a, b) => b.madeAt - a.madeAt);

export const createMemoryBlobIndex = (state: MemoryState): BlobIndex => {
  const discard = ({ reservations }: ScopeState, { objectKey }: Reservation): void => {
    reservations.delete(objectKey);
    state.discarded.add(objectKey);
  };

  return {
    async reserve(scope, { hash, sizeBytes, objectKey, now, expiresAt, bytesLimit }) {
      const log = findScope(state, scope);
      if (!log || log.isErasing || log.devices.size === 0) throw new SyncError('unknown_device');
      if (log.blobs.has(hash)) {
        touch(log, hash, now);
        return { exists: true };
      }
      const reservation: Reservation = { hash, objectKey, sizeBytes, madeAt: now, expiresAt };
      const superseded = new Set(reservationsOf(log, hash).slice(limits.reservationsPerBlob - 1));
      if (log.reservations.size - superseded.size >= limits.reservationsPerUser) {
        throw new SyncError('rate_limited', { retryAfter: 3600 });
      }
      if (bytesLimit !== null) {
        const counted = openReservations(log, now).filter((open) => !superseded.has(open));
        if (bytesUsed(log, [...counted, reservation]) > bytesLimit) throw new SyncError('quota_exceeded');
      }
      for (const oldest of superseded) discard(log, oldest);
      log.reservations.set(objectKey, reservation);
      return { exists: false };
    },

    async reservations(scope, hash) {
      const found = reservationsOf(findScope(state, scope), hash);
      return found.map(({ objectKey, sizeBytes }) => ({ objectKey, sizeBytes }));
    },

    async get(scope, hash) {
      const blob = findScope(state, scope)?.blobs.get(hash);
      return blob ? toConfirmed(blob) : null;
    },

    async missing(scope, hashes) {
      const log = findScope(state, scope);
      return [...new Set(hashes)].filter((hash) => !log?.blobs.has(hash));
    },

    async confirm(scope, hash, objectKey, sizeBytes, bytesLimit, now) {
      const log = findScope(state, scope);
      const confirmed = log?.blobs.get(hash);
      if (log && confirmed) {
        touch(log, hash, now);
        return toConfirmed(confirmed);
      }
      const reservation = log?.reservations.get(objectKey);
      if (!log || reservation?.hash !== hash) throw new SyncError('blob_not_uploaded');
      if (bytesLimit !== null && reservation.expiresAt <= now) {
        const others = openReservations(log, now).filter((other) => other.hash !== hash);
        if (bytesUsed(log, [...others, { hash, sizeBytes }]) > bytesLimit) throw new SyncError('quota_exceeded');
      }
      log.reservations.delete(objectKey);
      for (const other of reservationsOf(log, hash)) discard(log, other);
      log.blobs.set(hash, { objectKey, sizeBytes, touchedAt: now });
      return { objectKey, sizeBytes };
    },

    async release(scope, hash, objectKey) {
      const log = findScope(state, scope);
      const reservation = log?.reservations.get(objectKey);
      if (log && reservation?.hash === hash) discard(log, reservation);
    },

    async remove(scope, hash) {
      const log = findScope(state, scope);
      const blob = log?.blobs.get(hash);
      if (!log || !blob) return false;
      log.blobs.delete(hash);
      state.discarded.add(blob.objectKey);
      return true;
    },

    async list(scope, after, limit) {
      const log = findScope(state, scope);
      if (!log || log.isErasing) return [];
      return [...log.blobs]
        .map(([hash, { sizeBytes, touchedAt }]) => ({ hash, sizeBytes, touchedAt }))
        .filter(({ hash }) => after === null || compareBytes(hash, after) > 0)
        .sort((a, b) => compareBytes(a.hash, b.hash))
        .slice(0, limit);
    },

    async collect(scope, { hashes, epoch, position, touchedBefore, now }) {
      const log = findScope(state, scope);
      if (!log || log.isErasing || log.head.epoch !== epoch || log.unnamed > position) return null;
      const collected = { removed: 0, removedBytes: 0 };
      for (const hash of hashes) {
        const blob = log.blobs.get(hash);
        if (blob?.touchedAt === null) touch(log, hash, now);
        else if (blob && blob.touchedAt < touchedBefore) {
          log.blobs.delete(hash);
          state.discarded.add(blob.objectKey);
          collected.removed++;
          collected.removedBytes += blob.sizeBytes;
        }
      }
      return collected;
    },

    async discardUnconfirmed(before, limit) {
      let count = 0;
      for (const log of state.scopes.values()) {
        for (const reservation of [...log.reservations.values()]) {
          if (count === limit) return count;
          if (reservation.madeAt >= before) continue;
          discard(log, reservation);
          count++;
        }
      }
      return count;
    },

    async discarded(after, limit) {
      return [...state.discarded]
        .filter((objectKey) => after === null || compareBytes(objectKey, after) > 0)
        .sort(compareBytes)
        .slice(0, limit);
    },

    async forgetDiscarded(objectKeys) {
      for (const objectKey of objectKeys) state.discarded.delete(objectKey);
    },

    async known(objectKeys) {
      const mentioned = new Set(state.discarded);
      for (const { blobs, reservations } of allScopes(state)) {
        for (const { objectKey } of [...blobs.values(), ...reservations.values()]) mentioned.add(objectKey);
      }
      return new Set(objectKeys.filter((objectKey) => mentioned.has(objectKey)));
    },
  };
};
