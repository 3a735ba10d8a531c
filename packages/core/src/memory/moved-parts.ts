import type { ScopePart, ScopeParts } from '../ports/index.js';
import { batchKey } from './append.js';
import { toChange } from './page.js';
import { putRow, type ScopeState } from './state.js';
import { byteLength, compareBytes } from './text-bytes.js';

/** How one part of a scope is read and written. */
interface PartAccess<P extends ScopePart> {
  all(log: ScopeState): readonly ScopeParts[P][];
  compare(a: ScopeParts[P], b: ScopeParts[P]): number;
  bytes(item: ScopeParts[P]): number;
  put(log: ScopeState, item: ScopeParts[P]): void;
}

export const movedParts: { readonly [P in ScopePart]: PartAccess<P> } = {
  endedEpoch: {
    all: (log) => [...log.endedEpochs].map((epoch) => ({ epoch })),
    compare: (a, b) => compareBytes(a.epoch, b.epoch),
    bytes: () => 0,
    put: (log, { epoch }) => log.endedEpochs.add(epoch),
  },

  change: {
    all: (log) =>
      [...log.rows.values()].map((row) => {
        const { tag, replaced, isUnreadable } = row;
        return { ...toChange(row), tag, replaced: replaced && { ...replaced }, isUnreadable };
      }),
    compare: (a, b) => a.position - b.position,
    bytes: ({ data }) => byteLength(data),
    put(log, { tag, replaced, isUnreadable, ...change }) {
      putRow(log, {
        change: { ...change, blobs: change.blobs && [...change.blobs] },
        tag,
        bytes: byteLength(change.data),
        replaced: replaced && { ...replaced },
        isUnreadable,
      });
    },
  },

  batch: {
    all: (log) =>
      [...log.batches.values()]
        .filter(({ deviceId }) => log.devices.has(deviceId))
        .map(({ result: { replayed: _, ...result }, ...batch }) => ({ ...batch, ...result })),
    compare: (a, b) => compareBytes(a.deviceId, b.deviceId) || compareBytes(a.batchId, b.batchId),
    bytes: () => 0,
    put(log, { deviceId, batchId, receivedAt, ...answer }) {
      const result = { ...answer, replayed: false };
      log.batches.set(batchKey(deviceId, batchId), { deviceId, batchId, receivedAt, result });
    },
  },

  blob: {
    all: (log) => [...log.blobs].map(([hash, { objectKey, sizeBytes }]) => ({ hash, objectKey, sizeBytes })),
    compare: (a, b) => compareBytes(a.hash, b.hash),
    bytes: () => 0,
    put: (log, { hash, ...blob }) => log.blobs.set(hash, { ...blob, touchedAt: null }),
  },
};
