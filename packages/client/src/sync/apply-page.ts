import type { EntryCipher, ReceivedChange } from '../crypto/index.js';
import { absorb } from '../merge/absorb.js';
import { fromRowBytes, type RowState } from '../merge/row-text.js';
import type { QuarantinedChange, RowKey, StoredRow } from '../store/local-store.js';
import type { SyncContext } from './context.js';
import { type Read, readSync, type SyncDocument, syncDocument } from './documents.js';

const sentences: Readonly<Record<string, string>> = {
  unknown_key: 'This change was encrypted under a key that this device does not have (yet).',
  tampered: 'This change was altered or moved on its way, or on the server. It was not applied.',
  malformed: 'This change is nothing that a Synckeep client wrote. It was not applied.',
  merge_failed: 'The merge of this table failed on this change. It was not applied.',
};

interface Came extends RowKey {
  readonly state: RowState;
  readonly received: ReceivedChange;
}

/** Ciphertext begins with key id and nonce, so its beginning tells it from any other. */
const toSetAside = (change: ReceivedChange, id: string, reason: string, at: number): QuarantinedChange => ({
  key: `in/${change.table}/${change.row_id}/${change.op}/${change.data?.slice(0, 60) ?? ''}`,
  direction: 'incoming',
  table: change.table,
  id,
  reason,
  message: sentences[reason] ?? reason,
  at,
  received: { op: change.op, row_id: change.row_id, data: change.data },
  value: null,
});

const isDelete = (op: string): boolean => op.toLowerCase() === 'delete';

/** Decrypts changes; what cannot be opened is set aside and stops nothing. */
export const openChanges = async (changes: readonly ReceivedChange[], cipher: EntryCipher, now: number) => {
  const opened = await cipher.openAll(changes);
  const came: Came[] = [];
  const setAside: QuarantinedChange[] = [];
  for (const [index, received] of changes.entries()) {
    const result = opened[index];
    if (result === undefined) throw new Error('The cipher answered fewer changes than it was given.');
    if (!result.ok) {
      setAside.push(toSetAside(received, received.row_id, result.reason, now));
      continue;
    }
    const state = result.value === null ? null : fromRowBytes(result.value, isDelete(received.op));
    if (state === null) setAside.push(toSetAside(received, result.rowId, 'malformed', now));
    else came.push({ table: received.table, id: result.rowId, state, received });
  }
  return { came, setAside };
};

export type OpenedChanges = Awaited<ReturnType<typeof openChanges>>;

const toKey = ({ table, id }: RowKey): string => `${table}/${id}`;

/**
 * Absorbs what was opened and stores rows, the place in the log and what was set aside in one transaction.
 * @returns the document as it is stored now, or null when somebody else moved the place in the log meanwhile
 */
export const applyChanges = async (
  context: SyncContext,
  { came, setAside: unreadable }: OpenedChanges,
  sync: Read<SyncDocument>,
  next: SyncDocument,
  release: readonly string[] = [],
): Promise<Read<SyncDocument> | null> => {
  const { store, clock } = context;
  const keys = [...new Map(came.map((each) => [toKey(each), { table: each.table, id: each.id }])).values()];
  for (;;) {
    const setAside = [...unreadable];
    const before = await store.rows(keys);
    const rowsByKey = new Map<string, StoredRow | null>(keys.map((key, index) => [toKey(key), before[index] ?? null]));
    for (const { state, received, ...key } of came) {
      clock.notice(state.version.moment);
      try {
        const row = absorb(key, rowsByKey.get(toKey(key)) ?? null, state, {
          pass: next.pass,
          serverNow: clock.serverNow(),
          merge: context.mergeOf(key.table),
          tick: clock.tick,
        });
        rowsByKey.set(toKey(key), row);
      } catch (error) {
        const detail = error instanceof Error ? ` ${error.message}` : '';
        const change = toSetAside(received, key.id, 'merge_failed', context.now());
        setAside.push({ ...change, message: change.message + detail });
      }
    }
    const rows = keys.flatMap((key, index) => {
      const after = rowsByKey.get(toKey(key)) ?? null;
      return after === null || after === before[index] ? [] : [after];
    });
    const documents = [syncDocument(next, sync.revision)];
    if (await store.commit({ rows, documents, setAside, release })) {
      if (rows.length > 0) context.onRows(rows);
      if (setAside.length > 0) context.onSetAside(setAside);
      return { value: next, revision: sync.revision + 1 };
    }
    // The person may have edited one of the rows; the place in the log must still be ours.
    if ((await readSync(store, context.newId)).revision !== sync.revision) return null;
  }
};
