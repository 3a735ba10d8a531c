import type { Import, ImportBegin, MovedDevice, Scope, ScopeHead } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareEnvelopes } from '../keys/envelopes.js';
import { maxPosition, prepareScopeRows } from '../scope-row.js';
import { type ImportRow, prepareHeldRows } from './held-rows.js';

const stateOf = ({ importId, importRun, held, erasing }: ImportRow, by: Import): ImportBegin => {
  if (erasing || (!held && importId !== by.id)) return 'occupied';
  if (importId !== by.id) return 'held';
  return held && importRun !== null ? 'unfinished' : 'done';
};

/** Stores the head of a scope for an import, to be called inside a transaction of the writer. */
export const prepareBegin = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const heldRows = prepareHeldRows(database);
  const envelopes = prepareEnvelopes(database);
  const hold = database.prepare<(string | number)[]>(
    `UPDATE sync_scope SET head = ?, head_tag = ?, floor = ?, compacted = ?, key_version = ?, last_key_version = ?, key_revision = ?,
       rotated = ?, target_version = ?, aborting = ?, import_id = ?, import_run = ?, held = 1 WHERE id = ?`,
  );
  const insertDevice = database.prepare<(string | number | null)[]>(
    `INSERT INTO sync_device (scope, id, name, platform, installation_id, session, created_at, last_seen_at, last_push,
       presented_epoch, presented_position, presented_tag, presented_own, presented_floor)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  const addDevice = (scopeId: number, device: MovedDevice): void => {
    const { id, name, platform, installationId, session, createdAt, lastSeenAt, lastPush, presented } = device;
    const { epoch, position, tag, own, floor } = presented ?? { epoch: null, position: 0, tag: 0, own: 0, floor: 0 };
    const place = [epoch, position, tag, own, floor];
    insertDevice.run(scopeId, id, name, platform, installationId, session, createdAt, lastSeenAt, lastPush, ...place);
  };

  const store = (scope: Scope, by: Import, head: ScopeHead): void => {
    const { log, compacted, key, rotation, history, lastKeyVersion, keyRevision, wasRotated, devices } = head;
    if (log.position > maxPosition) throw new Error(`A log holds at most ${maxPosition} changes.`);
    const { id } = scopeRows.insert(scope, log.epoch);
    const versions = [key?.keyVersion ?? 0, lastKeyVersion, keyRevision, wasRotated ? 1 : 0];
    const target = [rotation?.keyVersion ?? 0, rotation?.isAborting ? 1 : 0];
    hold.run(log.position, log.tag, log.floor, compacted, ...versions, ...target, by.id, by.run, id);
    if (key) envelopes.set(id, key.envelope, key.etag);
    if (rotation) envelopes.setTarget(id, rotation);
    for (const past of history) envelopes.archive(id, past.envelope, past.keyVersion, past.replacedAt, past.reason);
    for (const device of devices) addDevice(id, device);
  };

  return (scope: Scope, by: Import, head: ScopeHead): ImportBegin => {
    const found = heldRows.find(scope);
    if (found) return stateOf(found, by);
    store(scope, by, head);
    return 'begun';
  };
};
