import type { Records } from '../ports/index.js';
import { type AuditRecord, auditKind, toAuditKey } from './audit-kind.js';

export interface AuditFilter {
  /** The id of a user, an app or anything else that the row names, as the actor, the app or the subject. */
  readonly mentions?: string | undefined;
  readonly action?: string | undefined;
  /** Milliseconds since 1970: not before. */
  readonly since?: number | undefined;
  /** Milliseconds since 1970: before. */
  readonly until?: number | undefined;
}

export interface AuditPage {
  /** The newest first. */
  readonly rows: readonly (AuditRecord & { readonly key: string })[];
  /** Where the next page begins; null: this is the last one. A page may hold fewer rows than `limit`, also none. */
  readonly next: string | null;
}

/** One page of the audit log. @param page `after`: the `next` of the page before; null: from the newest row. */
export const listAudit = async (
  records: Records,
  { mentions, action, since, until }: AuditFilter,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<AuditPage> => {
  const [index, value] =
    mentions !== undefined ? ['mentions', mentions] : action !== undefined ? ['action', action] : ['all', ''];
  // The key of the moment `until` itself sorts before those of its rows, and all later rows before that.
  const start = until === undefined ? null : toAuditKey(until - 1);
  const found = await records.find(auditKind.name, index, value, { after: after ?? start, limit });
  const read = found.map((row) => ({ key: row.key, ...auditKind.schema.parse(row.value) }));
  const isOver = (at: number): boolean => since !== undefined && at < since;
  const last = read.at(-1);
  return {
    rows: read.filter((row) => !isOver(row.at) && (action === undefined || row.action === action)),
    next: last === undefined || isOver(last.at) || read.length < limit ? null : last.key,
  };
};
