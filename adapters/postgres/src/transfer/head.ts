import type { MovedDevice, PastKey, Scope, ScopeHead } from '@synckeep/core';
import type { Database, Query } from '../database.js';
import { deviceColumns } from '../device-store.js';
import { createEnvelopes } from '../keys/envelopes.js';
import { createScopeRows, headOf, type ScopeRow, toTag } from '../scope-row.js';

interface DeviceRow extends Omit<MovedDevice, 'presented'> {
  readonly epoch: string | null;
  readonly position: number;
  readonly tag: number;
  readonly own: number;
  readonly floor: number;
}

const toDevice = ({ epoch, position, tag, own, floor, ...device }: DeviceRow): MovedDevice => ({
  ...device,
  presented: epoch === null ? null : { epoch, position, tag: toTag(tag), own, floor },
});

/** `Transfer.head`, in one snapshot. */
export const createHead = (database: Database) => {
  const { schema } = database;
  const { find } = createScopeRows(schema);
  const envelopes = createEnvelopes(schema);
  const history = `SELECT envelope, key_version AS "keyVersion", replaced_at AS "replacedAt", reason
    FROM ${schema}.past_key WHERE scope = $1 ORDER BY number`;
  const devices = `SELECT ${deviceColumns}, d.session, d.presented_epoch AS epoch, d.presented_position AS position,
      d.presented_tag AS tag, d.presented_own AS own, d.presented_floor AS floor
    FROM ${schema}.scope s JOIN ${schema}.device d ON d.scope = s.scope
    WHERE s.scope = $1 AND NOT d.removed ORDER BY d.created_at, d.id`;

  const keysOf = async (query: Query, row: ScopeRow): Promise<Pick<ScopeHead, 'key' | 'rotation'>> => {
    const stored = await envelopes.find(query, row.scope);
    if (!stored) return { key: null, rotation: null };
    const { envelope, etag, targetEnvelope, targetEtag } = stored;
    const key = { envelope, etag, keyVersion: row.keyVersion };
    if (targetEnvelope === null || targetEtag === null) return { key, rotation: null };
    const target = { envelope: targetEnvelope, etag: targetEtag, keyVersion: row.targetVersion };
    return { key, rotation: { ...target, isAborting: row.aborting } };
  };

  return (scope: Scope): Promise<ScopeHead | null> =>
    database.read(async (query) => {
      const row = await find(query, scope);
      if (!row || row.erasing) return null;
      return {
        log: headOf(row),
        compacted: row.compacted,
        ...(await keysOf(query, row)),
        history: await query<PastKey>(history, [row.scope]),
        lastKeyVersion: row.lastKeyVersion,
        keyRevision: row.keyRevision,
        wasRotated: row.rotated,
        devices: (await query<DeviceRow>(devices, [row.scope])).map(toDevice),
      };
    });
};
