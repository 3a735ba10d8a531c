import { limits, schemas } from '@synckeep/protocol';
import { z } from 'zod';
import { isObjectKey } from '../blobs/object-key.js';
import { jsonSchema } from '../records/json.js';

/** Of docs/export-format.md. Whatever an older release could not read is a new number. */
export const formatVersion = 1;

/** Bytes of a blob in one line. */
export const bytesPerLine = 96 * 1024;
/** A change whose data and replaced text are all control characters, each escaped in six bytes, stays below. */
export const longestLine = 16 * 1024 * 1024;

const { count, hash: anyHash, id, text, timestamp } = schemas;
const uuid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const hash = anyHash.regex(/^[0-9a-f]*$/);
const epoch = z.string().regex(/^[0-9a-f]{16}$/);
const tag = z.int().min(0).max(0xffffffff);
/** Storages count key versions in 32 bits, and must be able to go on counting. */
const mostVersions = 2 ** 30;
const keyVersion = count(1).max(mostVersions);
const name = text(1, 512);
const data = z.string().max(limits.bytesPerChange);

/** The first line. */
export const headerSchema = z.strictObject({
  synckeep_export: z.literal(formatVersion),
  export_id: z.string().regex(/^[0-9a-f]{32}$/),
  exported_at: timestamp,
  /** null: of every app, of every user. */
  app_id: uuid.nullable(),
  user_id: uuid.nullable(),
  /** `referenced`: the blobs stay in their store, which the importing server has too. */
  blobs: z.enum(['inline', 'referenced']),
});

const envelope = z.strictObject({
  envelope: text(1, limits.encryptedKeyCharacters),
  etag: text(1, 255),
  key_version: keyVersion,
});

const place = z.strictObject({ epoch, position: count(), tag, own: count(), floor: count() });

const recordLine = z.strictObject({
  type: z.literal('record'),
  kind: name,
  key: z.string().max(2048),
  value: jsonSchema,
  expires_at: count().nullable(),
});

const scopeLine = z.strictObject({
  type: z.literal('scope'),
  app_id: uuid,
  user_id: uuid,
  epoch,
  position: count(),
  tag,
  floor: count(),
  /** Left out where every change is there. */
  compacted: count(1).optional(),
  key: envelope.nullable(),
  rotation: z.strictObject({ ...envelope.shape, aborting: z.boolean() }).nullable(),
  last_key_version: count().max(mostVersions),
  key_revision: count().max(mostVersions),
  rotated: z.boolean(),
});

const deviceLine = z.strictObject({
  type: z.literal('device'),
  id,
  name: text(1, limits.deviceNameCharacters),
  platform: z.enum(['macos', 'windows', 'linux', 'ios', 'android', 'web']),
  installation_id: text(1, limits.installationIdCharacters).nullable(),
  session: text(1, 255).nullable(),
  created_at: count(),
  last_seen_at: count(),
  last_push: count(),
  presented: place.nullable(),
});

const pastKeyLine = z.strictObject({
  type: z.literal('past_key'),
  envelope: envelope.shape.envelope,
  key_version: keyVersion,
  replaced_at: count(),
  reason: z.enum(['replaced', 'rotated', 'aborted']),
});

const endedEpochLine = z.strictObject({ type: z.literal('ended_epoch'), epoch });

const changeLine = z.strictObject({
  type: z.literal('change'),
  position: count(1),
  tag: tag.min(1),
  device_id: id,
  table: schemas.pushedChange.shape.table,
  op: z.enum(['insert', 'update', 'delete']),
  row_id: schemas.pushedChange.shape.row_id,
  timestamp,
  data: data.nullable(),
  blobs: z.array(hash).max(limits.blobsPerChange).nullable(),
  key_version: keyVersion.nullable(),
  /** Only while a rotation is under way. */
  replaced: z.strictObject({ data, key_version: keyVersion.nullable() }).optional(),
  unreadable: z.literal(true).optional(),
});

const batchLine = z.strictObject({
  type: z.literal('batch'),
  device_id: id,
  batch_id: text(1, limits.batchIdCharacters),
  received_at: count(),
  epoch,
  position: count(),
  tag,
  floor: count(),
  accepted: count().max(limits.changesPerPush),
});

const blobLine = z.strictObject({
  type: z.literal('blob'),
  hash,
  size_bytes: count(),
  /** Only where blobs are referenced. */
  object_key: z.string().refine(isObjectKey).optional(),
});

/** Something in the blob store that belongs to the record before it. */
const objectLine = z.strictObject({
  type: z.literal('object'),
  object_key: z.string().refine(isObjectKey),
  hash,
  size_bytes: count(),
});

/** Follow a blob or an object until its size is reached. */
const bytesLine = z.strictObject({ type: z.literal('bytes'), data: z.string().max(Math.ceil(bytesPerLine / 3) * 4) });

const scopeEndLine = z.strictObject({
  type: z.literal('scope_end'),
  changes: count(),
  batches: count(),
  blobs: count(),
});

/** What came since the last `scope` counts for nothing: the scope changed meanwhile. It comes again, or it is gone. */
const scopeDroppedLine = z.strictObject({ type: z.literal('scope_dropped') });

/** The last line. Its sum is over every line before it but `bytes`, which the hash of their blob proves. */
const endLine = z.strictObject({ type: z.literal('end'), lines: count(), sha256: hash });

export const lineSchema = z.discriminatedUnion('type', [
  recordLine,
  scopeLine,
  deviceLine,
  pastKeyLine,
  endedEpochLine,
  changeLine,
  batchLine,
  blobLine,
  objectLine,
  bytesLine,
  scopeEndLine,
  scopeDroppedLine,
  endLine,
]);

export type Header = z.infer<typeof headerSchema>;
export type Line = z.infer<typeof lineSchema>;
export type LineType = Line['type'];
export type LineOf<T extends LineType> = Extract<Line, { readonly type: T }>;
