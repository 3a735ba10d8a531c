import type { Device, DeviceStore, NewDevice, Platform, Scope } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { once } from './once.js';
import type { Reader } from './reader.js';
import { prepareConditions } from './record-conditions.js';
import { prepareScopeRows } from './scope-row.js';
import type { Writer } from './writer.js';

interface DeviceRow extends Device {
  readonly number: number;
  readonly session: string | null;
}

const columns = `number, id, name, platform, installation_id AS installationId, session, created_at AS createdAt,
  last_seen_at AS lastSeenAt, last_push AS lastPush,
  presented_position AS presented`;

const prepare = (database: Database) => ({
  scopeRows: prepareScopeRows(database),
  isMet: prepareConditions(database),
  byId: database.prepare<[number, string], DeviceRow>(
    `SELECT ${columns} FROM sync_device WHERE scope = ? AND id = ? AND removed = 0`,
  ),
  byInstallation: database.prepare<[number, string], DeviceRow>(
    `SELECT ${columns} FROM sync_device WHERE scope = ? AND installation_id = ? AND removed = 0 ORDER BY number LIMIT 1`,
  ),
  byName: database.prepare<[number, string], DeviceRow>(
    `SELECT ${columns} FROM sync_device WHERE scope = ? AND name = ? AND removed = 0 AND installation_id IS NULL
     ORDER BY number LIMIT 1`,
  ),
  all: database.prepare<[number], DeviceRow>(
    `SELECT ${columns} FROM sync_device WHERE scope = ? AND removed = 0 ORDER BY created_at, id`,
  ),
  // In two parts, each answered by an index: the devices that were removed are in neither.
  count: database
    .prepare<[number, number], number>(
      `SELECT (SELECT count(*) FROM sync_device WHERE scope = ? AND removed = 0 AND installation_id IS NULL)
         + (SELECT count(*) FROM sync_device WHERE scope = ? AND removed = 0 AND installation_id IS NOT NULL)`,
    )
    .pluck(),
  insert: database.prepare<[number, string, string, Platform, string | null, string | null, number, number]>(
    `INSERT INTO sync_device (scope, id, name, platform, installation_id, session, created_at, last_seen_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  refresh: database.prepare<[string, Platform, string | null, number, number]>(
    'UPDATE sync_device SET name = ?, platform = ?, session = ?, last_seen_at = ? WHERE number = ?',
  ),
  startOver: database.prepare<[number, number]>(
    'UPDATE sync_device SET presented_position = 0, presented_tag = 0, presented_own = ? WHERE number = ?',
  ),
  rename: database.prepare<[string, string | null, number]>(
    'UPDATE sync_device SET name = ?, installation_id = ? WHERE number = ?',
  ),
  // The row stays, without what describes the machine: changes in the log name the device.
  remove: database.prepare<[number]>(
    `UPDATE sync_device SET removed = 1, name = '', installation_id = NULL, session = NULL WHERE number = ?`,
  ),
});

const toDevice = ({ number: _, session: __, ...device }: DeviceRow): Device => device;

export const createDeviceStore = (database: Database, writer: Writer, read: Reader): DeviceStore => {
  const statements = once(() => prepare(database));

  const find = (scope: Scope, deviceId: string): DeviceRow | undefined => {
    const row = statements().scopeRows.find(scope);
    return row && statements().byId.get(row.id, deviceId);
  };

  const register = (scope: Scope, device: NewDevice) => {
    const { scopeRows, isMet, byInstallation, byName, byId, count, insert, refresh, startOver } = statements();
    if (!device.guards.every((guard) => isMet(guard, device.now))) throw new SyncError('invalid_token');
    const { id: scopeId, position: head, erasing } = scopeRows.make(scope, device.freshEpoch);
    if (erasing) throw new SyncError('invalid_token');
    const { id, name, platform, installationId, session, now } = device;
    const known = installationId === null ? byName.get(scopeId, name) : byInstallation.get(scopeId, installationId);
    if (!known && (count.get(scopeId, scopeId) ?? 0) >= limits.devicesPerUser) throw new SyncError('too_many_devices');
    if (known && installationId === null) startOver.run(head, known.number);
    if (known) refresh.run(name, platform, session, now, known.number);
    else insert.run(scopeId, id, name, platform, installationId, session, now, now);
    const row = byId.get(scopeId, known?.id ?? id);
    if (!row) throw new Error('A device that was just stored cannot be found.');
    return { device: toDevice(row), created: !known };
  };

  const rename = (scope: Scope, deviceId: string, name: string): Device | null => {
    const scopeRow = statements().scopeRows.find(scope);
    const row = scopeRow && statements().byId.get(scopeRow.id, deviceId);
    if (!row) return null;
    const namesake = row.installationId === null ? statements().byName.get(scopeRow.id, name) : undefined;
    const installationId = namesake && namesake.number !== row.number ? row.id : row.installationId;
    statements().rename.run(name, installationId, row.number);
    return toDevice({ ...row, name, installationId });
  };

  return {
    register: (scope, device) => writer.write(() => register(scope, device)),
    rename: (scope, deviceId, name) => writer.write(() => rename(scope, deviceId, name)),

    list: (scope) =>
      read(() => {
        const row = statements().scopeRows.find(scope);
        return row ? statements().all.all(row.id).map(toDevice) : [];
      }),

    get: (scope, deviceId) =>
      read(() => {
        const row = find(scope, deviceId);
        return row ? toDevice(row) : null;
      }),

    remove: (scope, deviceId) =>
      writer.write(() => {
        const row = find(scope, deviceId);
        if (!row) return undefined;
        statements().remove.run(row.number);
        return { session: row.session };
      }),
  };
};
