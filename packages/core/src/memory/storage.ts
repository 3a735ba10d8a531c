import type { Storage } from '../ports/index.js';
import { createMemoryBlobIndex } from './blob-index.js';
import { createMemoryChangeLog } from './change-log.js';
import { createMemoryDeviceStore } from './device-store.js';
import { eraseStep } from './erase.js';
import { createMemoryKeyStore } from './key-store.js';
import { createMemoryRecords } from './records.js';
import { allScopes, createMemoryState, type MemoryState } from './state.js';
import { compareBytes } from './text-bytes.js';
import { totalsOf } from './totals.js';
import { createMemoryTransfer } from './transfer.js';

export interface MemoryStorageOptions {
  /** Hand one value to several storages to have several instances over one store; left out, the storage has its own. */
  readonly state?: MemoryState;
}

/**
 * The storage ports in memory, the executable specification of what they promise: what another storage answers
 * differently, it answers wrongly. Nothing outlives the process. Each method does its work in one go, so calls that
 * come at once happen one after the other.
 */
export const createMemoryStorage = ({ state = createMemoryState() }: MemoryStorageOptions = {}): Storage => ({
  changeLog: createMemoryChangeLog(state),
  deviceStore: createMemoryDeviceStore(state),
  keyStore: createMemoryKeyStore(state),
  blobIndex: createMemoryBlobIndex(state),
  records: createMemoryRecords(state),
  transfer: createMemoryTransfer(state),

  async migrate() {},
  async health() {
    return { schema: 0, newestSchema: 0 };
  },

  async totals(activeSince) {
    return totalsOf(state, activeSince);
  },

  async scopes({ appId, userId }, after, limit) {
    return allScopes(state)
      .map(({ scope }) => ({ ...scope }))
      .filter((scope) => (appId ?? scope.appId) === scope.appId && (userId ?? scope.userId) === scope.userId)
      .sort((a, b) => compareBytes(a.appId, b.appId) || compareBytes(a.userId, b.userId))
      .filter(
        (scope) =>
          after === null || (compareBytes(scope.appId, after.appId) || compareBytes(scope.userId, after.userId)) > 0,
      )
      .slice(0, limit);
  },

  async erase(scope, limit) {
    return eraseStep(state, scope, limit);
  },

  async close() {},
});
