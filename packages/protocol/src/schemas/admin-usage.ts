import { z } from 'zod';
import { count, id, timestamp } from './text.js';

const warning = z.looseObject({ code: z.string(), text: z.string() });

export const overviewAnswer = z.looseObject({
  apps: count(),
  users: count(),
  devices: count(),
  active_devices_24h: count(),
  changes: count(),
  data_bytes: count(),
  blob_bytes: count(),
  streams: count(),
  errors_24h: count(),
  warnings: warning.array(),
});

export const usageQuery = z.object({
  app_id: id.optional(),
  user_id: id.optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
  step: z.enum(['hour', 'day']).optional(),
});

const point = z.looseObject({
  at: timestamp,
  pushes: count(),
  pulls: count(),
  changes: count(),
  data_bytes: count(),
  blob_bytes: count(),
  active_devices: count(),
  streams: count(),
  requests: count(),
  errors: count(),
});

export const usageAnswer = z.looseObject({ step: z.enum(['hour', 'day']), points: point.array() });

const state = z.enum(['ok', 'failed']);
const detail = z.string().nullable();

export const healthAnswer = z.looseObject({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptime_seconds: count(),
  node: z.string(),
  storage: z.looseObject({
    kind: z.string(),
    status: state,
    detail,
    /** Of the database; null while it does not answer. */
    migration: count().nullable(),
    /** The newest one of this release. */
    newest_migration: count().nullable(),
  }),
  blobs: z.looseObject({ kind: z.string(), status: state, detail }),
  notifier: z.looseObject({
    kind: z.string(),
    status: z.enum(['ok', 'unknown']),
    lag_ms: z.number().min(0).nullable(),
  }),
  disk: z.looseObject({ free_bytes: count(), total_bytes: count() }).nullable(),
  maintenance: z.looseObject({ last_run_at: timestamp, last_error: z.string().nullable() }).nullable(),
  warnings: warning.array(),
});
