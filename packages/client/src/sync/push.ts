import { isApiError } from '../api/error.js';
import type { BlobRef } from '../blobs/blob-ref.js';
import { blobsOfRow, refsOfRow } from '../blobs/names-of-row.js';
import { isSameVersion } from '../merge/version.js';
import type { StoredRow } from '../store/local-store.js';
import type { ActivityRun, SyncContext } from './context.js';
import { type BatchDocument, type BatchMember, batchDocument, readBatch, readSync, syncDocument } from './documents.js';
import { type BatchBounds, makeBatch, reencrypt, toRefused, widestBatch } from './make-batch.js';

/** Refusals of what a batch says (P-31), not of who says it or when. */
const aboutContent = [
  'invalid_request',
  'invalid_text',
  'too_many_changes',
  'change_too_large',
  'body_too_large',
] as const;

const rowsOf = async (
  { store }: SyncContext,
  members: readonly BatchMember[],
): Promise<readonly (StoredRow | null)[]> => store.rows(members.map(({ table, id }) => ({ table, id })));

/** What an acknowledged batch leaves of a row: one that was edited since goes on waiting, now based on what was pushed. */
const acknowledged = (row: StoredRow, member: BatchMember): StoredRow | null => {
  const pushed = { count: member.count, moment: member.moment };
  if (row.unsentSince === null) return null;
  if (isSameVersion(row.version, pushed)) return { ...row, logged: pushed, base: null, unsentSince: null };
  // What the log had to say since was merged already.
  if (row.logged !== null && row.logged.count >= pushed.count) return null;
  const count = Math.max(row.version.count, pushed.count + 1);
  return { ...row, version: { ...row.version, count }, logged: pushed, base: member.value };
};

const acknowledge = async (context: SyncContext, batch: BatchDocument, accepted: number): Promise<void> => {
  const { store } = context;
  for (;;) {
    const { value: current, revision } = await readBatch(store);
    if (current?.batchId !== batch.batchId) return;
    const sync = await readSync(store, context.newId);
    const stored = await rowsOf(context, batch.members);
    const rows = batch.members.flatMap((member, index) => {
      const row = stored[index];
      const after = row ? acknowledged(row, member) : null;
      return after === null ? [] : [after];
    });
    const next = { ...sync.value, acked: sync.value.acked + accepted, offset: context.clock.offset };
    const documents = [batchDocument(null, revision), syncDocument(next, sync.revision)];
    if (await store.commit({ rows, documents })) return;
  }
};

/** The batch was not stored: its rows go on waiting, except those that are to be set aside. */
const dissolve = async (
  context: SyncContext,
  batch: BatchDocument,
  refused: readonly BatchMember[] = [],
  reason = '',
  message = '',
): Promise<void> => {
  const { store } = context;
  for (;;) {
    const { value: current, revision } = await readBatch(store);
    if (current?.batchId !== batch.batchId) return;
    const stored = await rowsOf(context, refused);
    const rows = stored.flatMap((row, index) => {
      const member = refused[index];
      const isAsRefused = row && member && isSameVersion(row.version, member);
      return isAsRefused ? [{ ...row, unsentSince: null }] : [];
    });
    const setAside = rows.map((row) => toRefused(row, reason, message, context.now()));
    if (await store.commit({ rows, setAside, documents: [batchDocument(null, revision)] })) {
      if (setAside.length > 0) context.onSetAside(setAside);
      return;
    }
  }
};

const halved = ({ changes, bytes }: BatchBounds, batch: BatchDocument): BatchBounds => ({
  changes: Math.max(1, Math.floor(Math.min(changes, batch.members.length) / 2)),
  bytes: Math.max(1, Math.floor(bytes / 2)),
});

/** A change says which blobs its row refers to, a deletion that there are none (P-89). */
const withNames = ({ changes, members }: BatchDocument) =>
  changes.map((change, index) => {
    const member = members[index];
    return { ...change, blobs: member ? blobsOfRow(member.value) : null };
  });

/** What rows of a batch refer to and the server does not have. */
const missingOf = ({ members }: BatchDocument, hashes: readonly string[]): readonly BlobRef[] => {
  if (hashes.length === 0) return [];
  const refs = members.flatMap(({ value }) => refsOfRow(value)).filter(({ hash }) => hashes.includes(hash));
  return [...new Map(refs.map((ref) => [ref.hash, ref])).values()];
};

export interface PushEnd {
  /** Of what may be pushed there was nothing. */
  readonly nothing: boolean;
}

/**
 * Pushes until nothing waits. One change that the server refuses is set aside and the rest goes on.
 * @throws ApiError for what is not about the content of a change; the batch then waits for the next push
 */
export const push = async (
  context: SyncContext,
  { signal, keys }: ActivityRun,
  deviceId: string,
  only?: 'deletes',
): Promise<PushEnd> => {
  let bounds = widestBatch;
  await reencrypt(context, keys);
  for (let pushed = 0; ; pushed += 1) {
    signal.throwIfAborted();
    const batch = await makeBatch(context, keys, bounds, only);
    if (batch === null) return { nothing: pushed === 0 };
    const body = {
      device_id: deviceId,
      batch_id: batch.batchId,
      base: batch.base ?? '',
      changes: context.namesBlobs ? withNames(batch) : [...batch.changes],
      ...(batch.keyVersion !== null && { key_version: batch.keyVersion }),
    };
    try {
      const { body: answer } = await context.call('push', { body, signal });
      context.clock.adjust(Date.parse(answer.server_time));
      await acknowledge(context, batch, answer.accepted);
      const missing = missingOf(batch, answer.missing_blobs);
      if (missing.length > 0) context.onMissingBlobs(missing);
      bounds = widestBatch;
    } catch (error) {
      if (isApiError(error, 'row_changed', 'quota_exceeded')) await dissolve(context, batch);
      if (!isApiError(error, ...aboutContent)) throw error;
      const index = error.details['index'];
      const atFault = typeof index === 'number' ? batch.members[index] : undefined;
      const refused = atFault ? [atFault] : batch.members.length === 1 ? batch.members : [];
      if (refused.length === 0) bounds = halved(bounds, batch);
      await dissolve(context, batch, refused, error.code, error.message);
    }
  }
};
