import type { App } from '@synckeep/core';
import { toTime } from './print.js';

/** An app as the command line shows it: without the digests of its keys. */
export const toAppView = (app: App) => ({
  app_id: app.id,
  name: app.name,
  created_at: toTime(app.createdAt),
  keys: app.keys.map(({ prefix, validUntil }) => ({
    prefix,
    valid_until: validUntil === null ? null : toTime(validUntil),
  })),
  paused: app.paused,
  origins: app.origins,
  redirects: app.redirects,
  dialect: app.dialect,
  require_base: app.requireBase,
  compaction: app.compaction && {
    keep_seconds: app.compaction.keepSeconds,
    tombstone_seconds: app.compaction.tombstoneSeconds,
  },
  collect_blobs: app.collectBlobs && { grace_seconds: app.collectBlobs.graceSeconds },
  registration: app.registration,
  link: app.link,
  blob_limit: app.blobLimit,
  bytes_limit: app.bytesLimit,
});

const toText = (value: unknown): string =>
  value === null ? '-' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** The same for a person, a line for each field. */
export const toAppLines = (app: App): readonly string[] =>
  Object.entries(toAppView(app)).map(([name, value]) => `${name.padEnd(12)}  ${toText(value)}`);
