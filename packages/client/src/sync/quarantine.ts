import type { ReceivedChange } from '../crypto/index.js';
import type { QuarantinedChange } from '../store/local-store.js';
import { applyChanges, openChanges } from './apply-page.js';
import type { SealingKeys, SyncContext } from './context.js';
import { readSync } from './documents.js';

/** Tries incoming changes again; those that still fail stay where they are. */
export const retryIncoming = async (
  context: SyncContext,
  keys: SealingKeys,
  changes: readonly QuarantinedChange[],
): Promise<void> => {
  const received = changes.flatMap((change): (ReceivedChange & { readonly key: string })[] =>
    change.received === null ? [] : [{ ...change.received, table: change.table, key: change.key }],
  );
  if (received.length === 0) return;
  for (;;) {
    const sync = await readSync(context.store, context.newId);
    const opened = await openChanges(received, keys.cipher, context.now());
    // What fails again is under the same key in the quarantine, and so stays.
    const failed = new Set(opened.setAside.map(({ key }) => key));
    const release = received.map(({ key }) => key).filter((key) => !failed.has(key));
    if (release.length === 0) return;
    if (await applyChanges(context, { ...opened, setAside: [] }, sync, sync.value, release)) return;
  }
};

/** Puts a row that was refused, or set aside as deleted elsewhere, among those that wait to be pushed. */
export const resend = async (context: SyncContext, change: QuarantinedChange): Promise<void> => {
  const { store, clock } = context;
  for (;;) {
    const [row] = await store.rows([change]);
    const unsentSince = clock.tick();
    const again = row
      ? { ...row, unsentSince }
      : {
          table: change.table,
          id: change.id,
          value: change.value,
          version: { count: 1, moment: unsentSince },
          logged: null,
          base: null,
          unsentSince,
          pass: 0,
          revision: 0,
        };
    if (!row && change.value === null) {
      await store.commit({ release: [change.key] });
      return;
    }
    if (await store.commit({ rows: [again], release: [change.key] })) {
      context.onRows([change]);
      return;
    }
  }
};
