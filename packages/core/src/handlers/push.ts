import { limits, type RequestOf, SyncError } from '@synckeep/protocol';
import { fromPlace, toPlace } from '../cursors.js';
import type { NewBatch, NewChange, Op, Random } from '../ports/index.js';
import { locate } from '../validation.js';
import { toTime } from '../wire.js';
import type { Handler } from './handler.js';

type Body = RequestOf<'push'>;

const encoder = new TextEncoder();
const ops: Readonly<Record<string, Op>> = { insert: 'insert', update: 'update', delete: 'delete' };

/** A UTF-16 unit is at most 3 bytes of UTF-8, so most texts need no count. */
const isTooLong = (data: string): boolean =>
  data.length * 3 > limits.bytesPerChange && encoder.encode(data).length > limits.bytesPerChange;

const toChange = (body: Body, index: number): NewChange => {
  const change = body.changes[index];
  const op = ops[change?.op.toLowerCase() ?? ''];
  if (!change || !op) throw new SyncError('invalid_request', { details: locate('changes', body, index) });
  const data = change.data ?? null;
  if (data !== null && isTooLong(data)) {
    throw new SyncError('change_too_large', {
      details: { ...locate('changes', body, index), limit: limits.bytesPerChange },
    });
  }
  return {
    table: change.table,
    op,
    rowId: change.row_id,
    timestamp: change.timestamp,
    data,
    blobs: change.blobs?.map((hash) => hash.toLowerCase()) ?? null,
  };
};

const toTag = (random: Random): number => {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0 || 1;
};

const toBase = (body: Body, isRequired: boolean): NewBatch['base'] => {
  // A base of the start is a base too, unlike one that is absent.
  if (body.base === undefined || body.base === null) return isRequired ? 'missing' : null;
  return toPlace(body.base) ?? 0;
};

/** P-30…P-39 */
export const push: Handler<'push'> = async ({ caller, body, bytes, now }, deps) => {
  const { scope, app } = caller;
  const changes = body.changes.map((_, index) => toChange(body, index));
  const result = await deps.storage.changeLog.append(scope, {
    deviceId: body.device_id,
    batchId: body.batch_id ?? null,
    changes,
    keyVersion: body.key_version ?? null,
    base: toBase(body, app.requireBase),
    tag: toTag(deps.random),
    now,
    bytesLimit: (await deps.entitled.of(caller)).bytesLimit,
  });
  const { replayed } = result;
  const accepted = replayed ? [] : changes;
  deps.observer?.note({ kind: 'push', changes: accepted.length, bytes: bytes.length, replayed });
  const dataBytes = accepted.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  deps.usage.add(caller, { pushes: 1, changes: accepted.length, dataBytes }, body.device_id);
  if (!replayed && changes.length > 0) {
    const from = result.position - changes.length;
    deps.notifier.publish({ topic: 'log', scope, deviceId: body.device_id, from, to: result.position });
  }
  const hashes = changes.flatMap(({ blobs }) => blobs ?? []);
  return {
    status: 200,
    body: {
      cursor: fromPlace(app, 'push', result),
      accepted: result.accepted,
      replayed,
      missing_blobs: hashes.length === 0 ? [] : [...(await deps.storage.blobIndex.missing(scope, hashes))],
      server_time: toTime(now),
    },
  };
};
