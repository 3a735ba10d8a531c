import type { Records } from '../ports/index.js';
import { type AuditRecord, auditKind, toAuditKey, toMentions } from './audit-kind.js';

export interface AuditFilter {
  /** Ids of users, apps or anything else, all of which the row names, as the actor, the app or the subject. */
  readonly mentions?: readonly string[] | undefined;
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
  { mentions = [], action, since, until }: AuditFilter,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<AuditPage> => {
  const [first] = mentions;
  const [index, value] =
    first !== undefined ? ['mentions', first] : action !== undefined ? ['action', action] : ['all', ''];
  // The key of the moment `until` itself sorts before those of its rows, and all later rows before that.
  const start = until === undefined ? null : toAuditKey(until - 1);
  const found = await records.find(auditKind.name, index, value, { after: after ?? start, limit });
  const read = found.map((row) => ({ key: row.key, ...auditKind.schema.parse(row.value) }));
  const isOver = (at: number): boolean => since !== undefined && at < since;
  const fits = (row: AuditRecord): boolean =>
    !isOver(row.at) &&
    (action === undefined || row.action === action) &&
    mentions.every((id) => toMentions(row).includes(id));
  const last = read.at(-1);
  return {
    rows: read.filter(fits),
    next: last === undefined || isOver(last.at) || read.length < limit ? null : last.key,
  };
};
