import type { Import, Scope } from '@synckeep/core';
import type { Database, Query } from '../database.js';
import { isAsked, scopeValues } from '../scope-row.js';

/** What an import needs to know of a scope that it holds. */
export interface HeldRow {
  readonly scope: string;
  readonly log: number;
  /** The device that wrote the last change that was brought; 0 for none. */
  readonly headDevice: number;
  /** Position of the last change that another one wrote. */
  readonly otherHead: number;
  readonly targetVersion: number;
  readonly lastDevice: number;
}

/** Works with the locked row of a scope that this try holds unsealed. @returns false when it does not. */
export type WithinHeld = (
  scope: Scope,
  by: Import,
  work: (query: Query, row: HeldRow) => Promise<unknown>,
) => Promise<boolean>;

export const createWithinHeld = ({ schema, write }: Database): WithinHeld => {
  const find = `SELECT s.scope, s.log, s.head_device AS "headDevice", s.other_head AS "otherHead",
      s.target_version AS "targetVersion", s.last_device AS "lastDevice"
    FROM ${schema}.scope s
    WHERE ${isAsked} AND s.held AND NOT s.sealed AND NOT s.erasing AND s.import_id = $4 AND s.import_run = $5
    FOR NO KEY UPDATE`;
  return (scope, { id, run }, work) =>
    write(async (query) => {
      const [row] = await query<HeldRow>(find, [...scopeValues(scope), id, run]);
      if (row) await work(query, row);
      return row !== undefined;
    });
};
