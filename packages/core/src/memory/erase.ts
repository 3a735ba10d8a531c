import { type Scope, scopeKey } from '../ports/index.js';
import { findScope, type MemoryState } from './state.js';

/** `Storage.erase`. A step begins with what the one before left, so whatever was written in between goes too. */
export const eraseStep = (state: MemoryState, scope: Scope, limit: number): boolean => {
  const log = findScope(state, scope);
  if (!log) return true;
  log.isErasing = true;
  log.key = null;
  log.rotation = null;
  let left = limit;

  /** @returns whether nothing is left in it. */
  const drop = <K, V>(entries: Map<K, V>, before: (value: V) => void = () => {}): boolean => {
    for (const [key, value] of entries) {
      if (left <= 0) return false;
      before(value);
      entries.delete(key);
      left--;
    }
    return true;
  };
  const discard = ({ objectKey }: { readonly objectKey: string }): void => {
    state.discarded.add(objectKey);
  };

  const isEmpty =
    drop(log.rows, ({ bytes }) => {
      log.dataBytes -= bytes;
    }) &&
    drop(log.batches) &&
    drop(log.blobs, discard) &&
    drop(log.reservations, discard) &&
    drop(log.devices) &&
    log.history.length <= left;
  if (isEmpty) state.scopes.delete(scopeKey(scope));
  else log.history = log.history.slice(0, Math.max(0, log.history.length - left));
  return isEmpty;
};
