import { type Scope, scopeKey } from '../ports/index.js';
import { findScope, type MemoryState, type ScopeState } from './state.js';

/** Drops at most `limit` rows of a scope and tells `onObject` of the objects of its blobs. @returns whether it is empty. */
export const dropRows = (log: ScopeState, limit: number, onObject: (objectKey: string) => void = () => {}): boolean => {
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
  const dropObject = ({ objectKey }: { readonly objectKey: string }): void => onObject(objectKey);

  const isEmpty =
    drop(log.rows, ({ bytes }) => {
      log.dataBytes -= bytes;
    }) &&
    drop(log.batches) &&
    drop(log.blobs, dropObject) &&
    drop(log.reservations, dropObject) &&
    drop(log.devices) &&
    log.history.length <= left;
  if (!isEmpty) log.history = log.history.slice(0, Math.max(0, log.history.length - left));
  return isEmpty;
};

/** `Storage.erase`. A step begins with what the one before left, so whatever was written in between goes too. */
export const eraseStep = (state: MemoryState, scope: Scope, limit: number): boolean => {
  const key = scopeKey(scope);
  const log = findScope(state, scope) ?? state.held.get(key)?.log;
  if (!log) return true;
  log.isErasing = true;
  const isEmpty = dropRows(log, limit, (objectKey) => state.discarded.add(objectKey));
  if (isEmpty) {
    state.scopes.delete(key);
    state.held.delete(key);
  }
  return isEmpty;
};
