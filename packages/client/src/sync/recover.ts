import type { SyncContext } from './context.js';
import { batchDocument, readBatch, readSync, type SyncDocument, syncDocument } from './documents.js';
import type { Recovery } from './state.js';

/**
 * Prepares the store for reading the log from its start, in one transaction. What each reason means stands in
 * docs/client-states.md; done twice it is done once.
 */
export const recover = async (context: SyncContext, reason: Recovery): Promise<void> => {
  const { store, clock } = context;
  for (;;) {
    const sync = await readSync(store, context.newId);
    const batch = await readBatch(store);
    const next: SyncDocument = {
      ...sync.value,
      cursor: null,
      recovery: reason,
      acked: 0,
      pass: reason === 'compacted' ? sync.value.pass + 1 : sync.value.pass,
    };
    const documents = [
      syncDocument(next, sync.revision),
      ...(batch.value === null ? [] : [batchDocument(null, batch.revision)]),
    ];
    const isDone =
      reason === 'restored' || reason === 'kept'
        ? await store.resendAll(clock.tick(), documents)
        : reason === 'discarded'
          ? await store.clear(documents)
          : await store.commit({ documents });
    if (isDone) return;
  }
};
