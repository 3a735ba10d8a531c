import type { StorageTotals } from '../ports/index.js';
import type { MemoryState } from './state.js';

/** `Storage.totals`. */
export const totalsOf = (state: MemoryState, activeSince: number): StorageTotals => {
  const logs = [...state.scopes.values()].filter(({ isErasing }) => !isErasing);
  const devices = logs.flatMap((log) => [...log.devices.values()]);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    scopes: logs.length,
    users: new Set(logs.map(({ scope }) => scope.userId)).size,
    changes: sum(logs.map(({ rows }) => rows.size)),
    dataBytes: sum(logs.map(({ dataBytes }) => dataBytes)),
    blobBytes: sum(logs.flatMap(({ blobs }) => [...blobs.values()].map(({ sizeBytes }) => sizeBytes))),
    devices: devices.length,
    activeDevices: devices.filter(({ lastSeenAt }) => lastSeenAt >= activeSince).length,
  };
};
