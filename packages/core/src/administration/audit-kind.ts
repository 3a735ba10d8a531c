import { z } from 'zod';
import { defineKind } from '../records/collection.js';

const auditSchema = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** What was done, as `kind.verb`: `user.create`, `login.fail`. */
  action: z.string(),
  actor: z.object({
    kind: z.enum(['user', 'admin', 'administrator', 'publisher', 'operator', 'webhook', 'system']),
    id: z.string().nullable(),
  }),
  appId: z.string().nullable(),
  /** What it was done to. */
  subject: z.object({ kind: z.string(), id: z.string() }).nullable(),
  /** Where the request came from. */
  address: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export type AuditRecord = z.infer<typeof auditSchema>;

/** Every id that a row names outside of its details. */
export const toMentions = ({ actor, appId, subject }: AuditRecord): readonly string[] => [
  ...new Set([actor.id, appId, subject?.id].filter((id) => typeof id === 'string')),
];

/**
 * A row of the audit log. Keys sort the newest first (see `toAuditKey`). Indexes: `all` ("" for listing), `action`,
 * `mentions` (see `toMentions`).
 */
export const auditKind = defineKind<AuditRecord>({
  name: 'audit',
  schema: auditSchema,
  indexes: (row) => ({ all: [''], action: [row.action], mentions: toMentions(row) }),
});

const lastMillisecond = 9_999_999_999_999;

/** The beginning of the keys of all rows of a moment; a later moment sorts before it. */
export const toAuditKey = (at: number): string => String(lastMillisecond - at).padStart(13, '0');

/**
 * What stands for an erased id in the audit log, by an HMAC of the id. It is there only while the erasing goes on and a
 * day longer, so that a repeated step finds it again and nobody can find it later.
 */
export const aliasKind = defineKind({ name: 'audit-alias', schema: z.object({ alias: z.string() }) });
