import type { RowKey } from '../store/local-store.js';
import type { SyncStatus } from '../sync/status.js';

/** What tabs on one store tell each other. It is a hint to look into the store, never the content itself. */
export type TabMessage =
  | { readonly kind: 'rows'; readonly keys: readonly RowKey[] }
  | { readonly kind: 'wrote'; readonly isDelete: boolean }
  | { readonly kind: 'status'; readonly status: SyncStatus }
  /** A tab that has just opened asks for the status. */
  | { readonly kind: 'hello' };

/** Several windows of one program over one store, of which one syncs. */
export interface Tabs {
  /** Calls back once this tab is the one that syncs, perhaps never. The answer gives that up. */
  lead(onLead: () => void): () => void;
  /** To every other tab. */
  post(message: TabMessage): void;
  onMessage(listener: (message: TabMessage) => void): () => void;
  close(): void;
}

/** A program with one window. */
export const soleTab: Tabs = {
  lead(onLead) {
    onLead();
    return () => {};
  },
  post() {},
  onMessage: () => () => {},
  close() {},
};
