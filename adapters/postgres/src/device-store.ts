import type { Device, DeviceStore, NewDevice, Scope } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import type { Database, Query, Value } from './database.js';
import { createGuards } from './record-states.js';
import { toScopeId } from './scope-id.js';
import { createScopeRows, isVisible, scopeValues } from './scope-row.js';

/** Of a device under the alias `d`, with its scope under `s`: what wrote the head has no note of its own of that push. */
export const deviceColumns = `d.id, d.name, d.platform, d.installation_id AS "installationId", d.created_at AS "createdAt",
  d.last_seen_at AS "lastSeenAt", CASE s.head_device WHEN d.number THEN s.head ELSE d.last_push END AS "lastPush"`;
const columns = `${deviceColumns}, d.presented_position AS presented`;

interface Numbered {
  readonly number: number;
}

export const createDeviceStore = (database: Database): DeviceStore => {
  const { schema, query } = database;
  const { lock, make } = createScopeRows(schema);
  const guardsHold = createGuards(schema);
  const ofScope = `FROM ${schema}.scope s JOIN ${schema}.device d ON d.scope = s.scope
    WHERE ${isVisible} AND NOT d.removed`;
  const list = `SELECT ${columns} ${ofScope} ORDER BY d.created_at, d.id`;
  const get = `SELECT ${columns} ${ofScope} AND d.id = $4`;
  const twin = (condition: string) => `SELECT number FROM ${schema}.device
    WHERE scope = $1 AND ${condition} AND NOT removed ORDER BY number LIMIT 1`;
  const byInstallation = twin('installation_id = $2');
  const byName = twin('name = $2 AND installation_id IS NULL');
  // In two parts, each answered by an index: the devices that were removed are in neither.
  const count = `SELECT (
      (SELECT count(*) FROM ${schema}.device WHERE scope = $1 AND NOT removed AND installation_id IS NULL)
      + (SELECT count(*) FROM ${schema}.device WHERE scope = $1 AND NOT removed AND installation_id IS NOT NULL)
    )::integer AS count`;
  const insert = `WITH numbered AS (UPDATE ${schema}.scope SET last_device = $2 WHERE scope = $1)
    INSERT INTO ${schema}.device
      (scope, number, log, id, name, platform, installation_id, session, created_at, last_seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`;
  const refresh = (more: string) => `UPDATE ${schema}.device d
    SET name = $3, platform = $4, session = $5, last_seen_at = $6${more} FROM ${schema}.scope s
    WHERE d.scope = $1 AND d.number = $2 AND s.scope = $1 RETURNING ${columns}`;
  const comeBack = refresh('');
  const startOver = refresh(', presented_position = 0, presented_tag = 0, presented_own = $7');
  const byId = `SELECT number, installation_id AS "installationId", session FROM ${schema}.device
    WHERE scope = $1 AND id = $2 AND NOT removed`;
  const rename = `UPDATE ${schema}.device d SET name = $3, installation_id = $4 FROM ${schema}.scope s
    WHERE d.scope = $1 AND d.number = $2 AND s.scope = $1 RETURNING ${columns}`;
  // The row stays, without what describes the machine: changes in the log name the device.
  const remove = `UPDATE ${schema}.device SET removed = true, name = '', installation_id = NULL, session = NULL
    WHERE scope = $1 AND number = $2`;

  const written = async (run: Query, statement: string, values: readonly Value[]): Promise<Device> => {
    const [device] = await run<Device>(statement, values);
    if (!device) throw new Error('A device that was just stored cannot be found.');
    return device;
  };

  const register = async (run: Query, scope: Scope, device: NewDevice) => {
    const { id, name, platform, installationId, session, now } = device;
    if (!(await guardsHold(run, device.guards, now))) throw new SyncError('invalid_token');
    const row = await make(run, scope, device.freshEpoch);
    if (row.erasing) throw new SyncError('invalid_token');
    const [known] = await (installationId === null
      ? run<Numbered>(byName, [row.scope, name])
      : run<Numbered>(byInstallation, [row.scope, installationId]));
    if (known) {
      const values = [row.scope, known.number, name, platform, session, now];
      const found =
        installationId === null
          ? await written(run, startOver, [...values, row.position])
          : await written(run, comeBack, values);
      return { device: found, created: false };
    }
    const [devices] = await run<{ count: number }>(count, [row.scope]);
    if (!devices || devices.count >= limits.devicesPerUser) throw new SyncError('too_many_devices');
    await run(insert, [row.scope, row.lastDevice + 1, row.log, id, name, platform, installationId, session, now]);
    return { device: await written(run, get, [...scopeValues(scope), id]), created: true };
  };

  /** Runs `work` with a device under the lock of its scope; undefined when there is none. */
  const within = <T>(
    scope: Scope,
    deviceId: string,
    work: (run: Query, device: Numbered & Pick<NewDevice, 'installationId' | 'session'>) => Promise<T>,
  ): Promise<T | undefined> =>
    database.write(async (run) => {
      if (!(await lock(run, scope))) return undefined;
      const [device] = await run<Numbered & Pick<NewDevice, 'installationId' | 'session'>>(byId, [
        toScopeId(scope),
        deviceId,
      ]);
      return device && work(run, device);
    });

  return {
    register: (scope, device) => database.write((run) => register(run, scope, device)),

    list: (scope) => query<Device>(list, scopeValues(scope)),

    async get(scope, deviceId) {
      const [device] = await query<Device>(get, [...scopeValues(scope), deviceId]);
      return device ?? null;
    },

    async rename(scope, deviceId, name) {
      const id = toScopeId(scope);
      const renamed = await within(scope, deviceId, async (run, { number, installationId }) => {
        const [namesake] = installationId === null ? await run<Numbered>(byName, [id, name]) : [];
        const isTaken = namesake !== undefined && namesake.number !== number;
        return written(run, rename, [id, number, name, isTaken ? deviceId : installationId]);
      });
      return renamed ?? null;
    },

    remove: (scope, deviceId) =>
      within(scope, deviceId, async (run, { number, session }) => {
        await run(remove, [toScopeId(scope), number]);
        return { session };
      }),
  };
};
