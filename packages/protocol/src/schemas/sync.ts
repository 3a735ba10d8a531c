import { z } from 'zod';
import { limits } from '../limits.js';
import { errorAnswer } from './error.js';
import { count, hash, id, text, timestamp } from './text.js';

/**
 * Opaque text, or an integer of the dialect `rust-client`; absent, null, "" and 0 mean the start. What is no cursor is
 * for `parseCursor` to say, with a code of its own.
 */
export const requestCursor = z.union([z.string(), z.number()]).nullish();

/** A cursor in an answer: text, or an integer for an app of the dialect `rust-client`. */
export const answerCursor = z.union([z.string(), count()]);

export const pushedChange = z.object({
  table: z.string().regex(/^[A-Za-z0-9_]{1,100}$/),
  op: z.string().regex(/^(?:[iI][nN][sS][eE][rR][tT]|[uU][pP][dD][aA][tT][eE]|[dD][eE][lL][eE][tT][eE])$/),
  row_id: text(1, limits.rowIdCharacters),
  timestamp,
  data: z.string().nullish(),
  blobs: z.array(hash).max(limits.blobsPerChange).nullish(),
});

export const pushRequest = z.object({
  device_id: id,
  batch_id: text(1, limits.batchIdCharacters).nullish(),
  changes: z.array(pushedChange).max(limits.changesPerPush),
  key_version: count(1).nullish(),
  base: requestCursor,
});

export const pushAnswer = z.looseObject({
  cursor: answerCursor,
  accepted: count(),
  replayed: z.boolean(),
  missing_blobs: z.array(hash),
  server_time: timestamp,
});

export const pullRequest = z.object({
  device_id: id,
  cursor: requestCursor,
  limit: count(1).nullish(),
  rich: z.boolean().nullish(),
  include_own: z.boolean().nullish(),
});

export const pulledChange = z.looseObject({
  table: z.string(),
  op: z.enum(['insert', 'update', 'delete', 'INSERT', 'UPDATE', 'DELETE']),
  row_id: z.string(),
  timestamp: z.string(),
  data: z.string().nullable(),
  seq: count(1).optional(),
  device_id: z.string().optional(),
  key_version: count(1).nullable().optional(),
  blobs: z.array(hash).optional(),
});

export const pullAnswer = z.looseObject({
  changes: z.array(pulledChange),
  cursor: answerCursor,
  has_more: z.boolean(),
  last_push: count(),
  server_time: timestamp,
});

/** A line of a pull that is answered as NDJSON (P-49): a change, where the log was read up to, or why it ends early. */
export const pullLine = z.union([
  pulledChange,
  z.looseObject({
    /** null: the start. */
    cursor: answerCursor.nullable(),
    has_more: z.literal(false).optional(),
    last_push: count().optional(),
    server_time: timestamp.optional(),
  }),
  errorAnswer,
]);

export const statusAnswer = z.looseObject({
  total_changes: count(),
  latest_cursor: answerCursor,
  key_version: count(1).nullable(),
  bytes_used: count(),
  bytes_limit: count().nullable(),
  access: z.enum(['full', 'read', 'none']),
  server_time: timestamp,
});

export const limitsAnswer = z.looseObject({
  protocol: count(1),
  version: z.string(),
  features: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  rate_limits: z.record(z.string(), z.object({ burst: z.number(), per_second: z.number() })).nullable(),
});
