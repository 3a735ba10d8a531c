import { SyncError } from '@synckeep/protocol';
import { z } from 'zod';
import { defineKind } from './collection.js';

const appKey = z.object({
  /** SHA-256 of the API key in hex; the key itself is shown once and kept nowhere. */
  digest: z.string(),
  /** The first characters, to tell keys apart. */
  prefix: z.string(),
  generation: z.number(),
  /** Milliseconds since 1970; null: as long as it is the current key. */
  validUntil: z.number().nullable(),
});

const day = 86_400;
const longest = 10 * 365 * day;

const compactionSettings = z.object({
  /** The log as it was so long ago stays whole. */
  keepSeconds: z.int().min(0).max(longest),
  /** A device that did not pull for so long has to start over. */
  tombstoneSeconds: z.int().min(day).max(longest),
});

export type CompactionSettings = z.infer<typeof compactionSettings>;

export const defaultBlobGrace = 7 * day;

export const defaultCompaction: CompactionSettings = { keepSeconds: 30 * day, tombstoneSeconds: 180 * day };

/** A registered application (P-90): its keys, its origins and how its logs behave. */
export const appSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number(),
  /** The current key first. */
  keys: z.array(appKey),
  paused: z.boolean(),
  origins: z.array(z.string()),
  redirects: z.array(z.string()),
  link: z.object({ kind: z.enum(['item', 'tier']), id: z.string(), paid: z.boolean() }).nullable(),
  blobLimit: z.number().nullable(),
  bytesLimit: z.number().nullable(),
  dialect: z.enum(['standard', 'rust-client']),
  requireBase: z.boolean(),
  /** How its logs are compacted (P-85); null: every change stays. */
  compaction: compactionSettings.nullable().default(null),
  /** Whether blobs that no change names any more go, so long after the last touch (P-89); null: they stay. */
  collectBlobs: z
    .object({ graceSeconds: z.int().min(day).max(longest) })
    .nullable()
    .default(null),
  registration: z.enum(['open', 'invite', 'closed']),
});

export type App = z.infer<typeof appSchema>;

const refuse = (pointer: string, problem: string): never => {
  throw new SyncError('invalid_request', { details: { in: 'body', pointer, problem } });
};

/**
 * Checks what settings must say together.
 * @throws SyncError `invalid_request`
 */
export const checkApp = ({ compaction, collectBlobs, requireBase }: App): void => {
  if (compaction !== null && !requireBase) {
    const reason = 'without it the last change of a row need not be the one that counts';
    refuse('/compaction', `needs an app that requires base: ${reason}`);
  }
  if (collectBlobs !== null && compaction === null) {
    refuse('/collect_blobs', 'needs an app that compacts: a log that keeps every change names every blob for ever');
  }
};

/** Indexes: `key` (digest of each API key), `origin` (each web origin), `all` ("" for listing). */
export const appKind = defineKind<App>({
  name: 'app',
  schema: appSchema,
  indexes: (app) => ({ key: app.keys.map(({ digest }) => digest), origin: app.origins, all: [''] }),
});

/** Whether a key generation may still be used. */
export const isKeyAlive = (app: App, generation: number, now: number): boolean =>
  app.keys.some((key) => key.generation === generation && (key.validUntil === null || key.validUntil > now));
