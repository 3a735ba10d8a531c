import { limits, type RequestOf, SyncError } from '@synckeep/protocol';
import { fromPlace, toPlace } from '../cursors.js';
import { randomHex } from '../digest.js';
import { isPresentedPlace, type RotatedEntry } from '../ports/index.js';
import { toOpAnswer } from '../wire.js';
import type { Handler } from './handler.js';
import { refuseLongKey } from './keys.js';

const abortStep = 500;
const encoder = new TextEncoder();

/** P-60 */
export const beginRotation: Handler<'beginRotation'> = async ({ caller, body, now }, deps) => {
  refuseLongKey(body.new_encrypted_key);
  const { keyVersion, remaining } = await deps.storage.keyStore.beginRotation(caller.scope, {
    envelope: body.new_encrypted_key,
    etag: randomHex(deps.random, 8),
    keyVersion: body.key_version ?? null,
    now,
  });
  deps.notifier.publish({ topic: 'keys', scope: caller.scope });
  return { status: 200, body: { key_version: keyVersion, remaining } };
};

/** P-62. A push cursor stands for no place of a rotation, so it reads from the start. */
export const rotationEntries: Handler<'rotationEntries'> = async ({ caller, body }, { storage }) => {
  const place = toPlace(body.cursor);
  const page = await storage.keyStore.rotationEntries(caller.scope, {
    after: isPresentedPlace(place) ? null : place,
    limit: Math.min(body.limit ?? limits.changesPerPage, limits.changesPerPage),
    maxBytes: limits.bytesPerPage,
    maxScan: limits.rowsPerScan,
  });
  return {
    status: 200,
    body: {
      entries: page.entries.map((entry) => ({
        seq: entry.position,
        table: entry.table,
        op: toOpAnswer(caller.app, entry.op),
        row_id: entry.rowId,
        timestamp: entry.timestamp,
        data: entry.data,
        key_version: entry.keyVersion,
      })),
      cursor: fromPlace(caller.app, 'pull', page.next),
      has_more: page.hasMore,
    },
  };
};

const toEntry = (entry: RequestOf<'rotationBatch'>['entries'][number], index: number): RotatedEntry => {
  if (entry.unreadable === true) return { position: entry.seq, data: null };
  if (encoder.encode(entry.data).length > limits.bytesPerChange) {
    throw new SyncError('change_too_large', { details: { index, seq: entry.seq, limit: limits.bytesPerChange } });
  }
  return { position: entry.seq, data: entry.data };
};

/** P-63 */
export const rotationBatch: Handler<'rotationBatch'> = async ({ caller, body, now }, { storage, entitled }) => {
  const { bytesLimit } = await entitled.of(caller);
  const { updated, remaining } = await storage.keyStore.rotate(caller.scope, {
    entries: body.entries.map(toEntry),
    keyVersion: body.key_version ?? null,
    bytesLimit,
    now,
  });
  return { status: 200, body: { updated, remaining } };
};

/** P-64 */
export const completeRotation: Handler<'completeRotation'> = async ({ caller, now }, { storage, notifier }) => {
  const { keyVersion, unreadable } = await storage.keyStore.completeRotation(caller.scope, now);
  notifier.publish({ topic: 'keys', scope: caller.scope });
  return { status: 200, body: { key_version: keyVersion, unreadable } };
};

/** P-65. In steps, so that a long log does not hold up anybody; calling it again goes on where it stopped. */
export const abortRotation: Handler<'abortRotation'> = async ({ caller, now }, { storage, notifier }) => {
  for (;;) {
    const { done, keyVersion } = await storage.keyStore.abortRotation(caller.scope, abortStep, now);
    if (!done) continue;
    notifier.publish({ topic: 'keys', scope: caller.scope });
    return { status: 200, body: { key_version: keyVersion } };
  }
};
