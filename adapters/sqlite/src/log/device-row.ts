import type { Scope } from '@synckeep/core';
import { type Place, SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { type ScopeRow, scopeColumns } from '../scope-row.js';

/** The place that a device presented last, in columns. */
export interface Presented {
  readonly presentedEpoch: string | null;
  readonly presentedPosition: number;
  readonly presentedTag: number;
  readonly presentedOwn: number;
  readonly presentedFloor: number;
}

/** A scope as one of its devices sees it, in one look-up. */
export interface DeviceRow extends ScopeRow, Presented {
  readonly device: number;
  readonly lastPush: number;
  /** Moves with each registration. */
  readonly lastSeenAt: number;
  readonly presentedAt: number;
}

/** The columns of {@link Presented}, of the table under the alias `d`. */
export const presentedColumns = `d.presented_epoch AS presentedEpoch, d.presented_position AS presentedPosition,
  d.presented_tag AS presentedTag, d.presented_own AS presentedOwn, d.presented_floor AS presentedFloor`;

/** undefined when the scope has no such device, or is being erased. */
export const prepareFindDevice = (database: Database) => {
  const statement = database.prepare<[string, string, string], DeviceRow>(`
    SELECT ${scopeColumns}, d.number AS device, d.last_push AS lastPush, d.last_seen_at AS lastSeenAt,
      ${presentedColumns}, d.presented_at AS presentedAt
    FROM sync_scope s JOIN sync_device d ON d.scope = s.id
    WHERE s.app_id = ? AND s.user_id = ? AND d.id = ? AND d.removed = 0 AND s.erasing = 0 AND s.held = 0`);
  return (scope: Scope, deviceId: string): DeviceRow | undefined => statement.get(scope.appId, scope.userId, deviceId);
};

/** @returns a look-up that throws SyncError `unknown_device`, also while the scope is being erased. */
export const prepareDeviceRow = (database: Database): ((scope: Scope, deviceId: string) => DeviceRow) => {
  const find = prepareFindDevice(database);
  return (scope, deviceId) => {
    const row = find(scope, deviceId);
    if (!row) throw new SyncError('unknown_device');
    return row;
  };
};

/** The place that the device last presented; null when it has presented none in this log. */
export const presentedPlace = (row: Presented): Place | null =>
  row.presentedEpoch === null
    ? null
    : {
        epoch: row.presentedEpoch,
        position: row.presentedPosition,
        tag: row.presentedTag,
        own: row.presentedOwn,
        floor: row.presentedFloor,
      };

/** Position of the newest change that the device did not write; 0 for none. */
export const newestForeign = (row: DeviceRow): number => (row.headDevice === row.device ? row.otherHead : row.position);
