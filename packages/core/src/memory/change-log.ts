import { limits, noEpoch, type Place, SyncError } from '@synckeep/protocol';
import { type ChangeLog, type CompactionStep, type LogHead, type Scope, scopeKey } from '../ports/index.js';
import { append } from './append.js';
import { discardBlobs } from './blob-index.js';
import { bytesUsed, openReservations } from './bytes-used.js';
import { compactStep, planCompaction } from './compaction.js';
import { takePage, toChange } from './page.js';
import { findPlace } from './place.js';
import { allScopes, findScope, type MemoryState, type ScopeState, type StoredDevice } from './state.js';

const nothingCompacted: CompactionStep = { removed: 0, removedBytes: 0, tombstones: 0, state: 'done' };

const noHead: LogHead = { epoch: noEpoch, position: 0, tag: 0, floor: 0 };

const findDevice = (state: MemoryState, scope: Scope, deviceId: string): { log: ScopeState; device: StoredDevice } => {
  const log = findScope(state, scope);
  const device = log?.devices.get(deviceId);
  if (!log || !device || log.isErasing) throw new SyncError('unknown_device');
  return { log, device };
};

export const createMemoryChangeLog = (state: MemoryState): ChangeLog => ({
  async append(scope, batch) {
    const { log, device } = findDevice(state, scope, batch.deviceId);
    return append(log, device, batch);
  },

  async read(scope, query) {
    const { log, device } = findDevice(state, scope, query.deviceId);
    const { head } = log;
    const place = findPlace(log, device, query.after);
    const start: Place = place
      ? { ...place, own: query.includeOwn ? head.position : place.own }
      : { epoch: head.epoch, position: 0, tag: 0, own: head.position, floor: head.floor };
    const page = takePage(
      log,
      start.position,
      query,
      ({ change }) => change.deviceId !== device.id || change.position <= start.own,
    );
    if (query.isPresented) log.devices.set(device.id, { ...device, presented: start, presentedAt: query.now });
    return {
      changes: page.rows.map(toChange),
      next: { ...start, position: page.position, tag: page.tag },
      hasMore: page.hasMore,
      lastPush: device.lastPush,
    };
  },

  async hasForeign(scope, deviceId, after, upTo) {
    if (upTo - after > limits.rowsPerScan) return true;
    const rows = [...(findScope(state, scope)?.rows.values() ?? [])];
    return rows.some(
      ({ change }) => change.position > after && change.position <= upTo && change.deviceId !== deviceId,
    );
  },

  async status(scope, now) {
    const log = findScope(state, scope);
    if (!log) return { head: { ...noHead }, totalChanges: 0, bytesUsed: 0, keyVersion: null };
    return {
      head: { ...log.head },
      totalChanges: log.rows.size,
      bytesUsed: bytesUsed(log, openReservations(log, now)),
      keyVersion: log.key?.keyVersion ?? null,
    };
  },

  async signals(scopes) {
    return scopes.map((scope) => {
      const log = findScope(state, scope);
      if (!log) return { head: { ...noHead }, keyRevision: 0, keyVersion: 0 };
      const key = log.rotation === null || log.rotation.isAborting ? log.key : log.rotation;
      return { head: { ...log.head }, keyRevision: log.keyRevision, keyVersion: key?.keyVersion ?? 0 };
    });
  },

  async reset(scope, epoch, _now) {
    const log = findScope(state, scope);
    if (!log) return 0;
    log.endedEpochs.add(log.head.epoch);
    log.head = { ...noHead, epoch };
    log.rows.clear();
    log.dataBytes = 0;
    log.compacted = 0;
    log.unnamed = 0;
    log.epochStart = 0;
    log.marks = [];
    log.batches.clear();
    for (const device of log.devices.values()) log.devices.set(device.id, { ...device, lastPush: 0, presented: null });
    log.key = null;
    log.rotation = null;
    log.history = [];
    log.wasRotated = false;
    log.keyRevision++;
    discardBlobs(state, log);
    return log.lastKeyVersion;
  },

  async renewEpoch(scope, epoch) {
    const log = findScope(state, scope) ?? state.held.get(scopeKey(scope))?.log;
    if (!log) return;
    log.head = { ...log.head, epoch };
    log.epochStart = log.head.position;
  },

  async forgetBatches(before, limit) {
    let forgotten = 0;
    for (const { batches } of allScopes(state)) {
      for (const [key, { receivedAt }] of batches) {
        if (forgotten === limit) return forgotten;
        if (receivedAt < before && batches.delete(key)) forgotten++;
      }
    }
    return forgotten;
  },

  async compact(scope, query) {
    const log = findScope(state, scope);
    if (!log || log.isErasing) return nothingCompacted;
    return compactStep(log, query);
  },

  async compactionPlan(scope, bounds) {
    const log = findScope(state, scope);
    if (!log || log.isErasing) return { changes: 0, removable: 0, removableBytes: 0, tombstones: 0, horizon: 0 };
    return planCompaction(log, bounds);
  },
});
