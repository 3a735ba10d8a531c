import {
  type Import,
  type PartQuery,
  type Scope,
  type ScopeHead,
  type ScopePart,
  type ScopeParts,
  scopeKey,
  type Transfer,
} from '../ports/index.js';
import { devicesInOrder } from './device-store.js';
import { dropRows } from './erase.js';
import { movedParts } from './moved-parts.js';
import { createScopeState, findScope, type MemoryState, type ScopeState } from './state.js';

/** The caller's own copy. */
const toHead = (log: ScopeState): ScopeHead =>
  structuredClone({
    log: log.head,
    compacted: log.compacted,
    key: log.key,
    rotation: log.rotation,
    history: log.history,
    lastKeyVersion: log.lastKeyVersion,
    keyRevision: log.keyRevision,
    wasRotated: log.wasRotated,
    devices: devicesInOrder(log).map(({ presentedAt: _, ...device }) => device),
  });

const fromHead = (scope: Scope, head: ScopeHead, importId: string): ScopeState => {
  const { log: logHead, devices, ...keys } = structuredClone(head);
  const log = createScopeState(scope, logHead.epoch, importId);
  for (const device of devices) log.devices.set(device.id, { ...device, presentedAt: 0 });
  return { ...log, ...keys, head: logHead };
};

export const createMemoryTransfer = (state: MemoryState): Transfer => {
  const visible = (scope: Scope): ScopeState | null => {
    const log = findScope(state, scope);
    return log && !log.isErasing ? log : null;
  };

  const heldBy = (scope: Scope, { id, run }: Import): ScopeState | null => {
    const held = state.held.get(scopeKey(scope));
    return held && held.importId === id && held.run === run && !held.log.isErasing ? held.log : null;
  };

  const pageOf = <P extends ScopePart>(
    log: ScopeState,
    part: P,
    { after, limit, maxBytes }: PartQuery<P>,
  ): readonly ScopeParts[P][] => {
    const { all, compare, bytes: bytesOf } = movedParts[part];
    const page: ScopeParts[P][] = [];
    let bytes = 0;
    for (const item of [...all(log)].sort(compare)) {
      if (after !== null && compare(item, after) <= 0) continue;
      bytes += bytesOf(item);
      if (page.length === limit || (page.length > 0 && bytes > maxBytes)) break;
      page.push(item);
    }
    return page;
  };

  return {
    async head(scope) {
      const log = visible(scope);
      return log && toHead(log);
    },

    async read(scope, part, query) {
      const log = visible(scope);
      return log ? pageOf(log, part, query) : [];
    },

    async begin(scope, { id, run }, head) {
      const live = findScope(state, scope);
      const held = state.held.get(scopeKey(scope));
      const log = live ?? held?.log;
      if (log && (log.isErasing || (live && live.importId !== id))) return 'occupied';
      if (live) return 'done';
      if (held && held.importId !== id) return 'held';
      if (held) return held.run === null ? 'done' : 'unfinished';
      state.held.set(scopeKey(scope), { importId: id, run, log: fromHead(scope, head, id) });
      return 'begun';
    },

    async write(scope, by, part, items) {
      const log = heldBy(scope, by);
      if (log) for (const item of items) movedParts[part].put(log, item);
      return log !== null;
    },

    async seal(scope, by) {
      const log = heldBy(scope, by);
      if (log) state.held.set(scopeKey(scope), { importId: by.id, run: null, log });
      return log !== null;
    },

    async publish(importId, limit) {
      const sealed = [...state.held].filter(
        ([, held]) => held.importId === importId && held.run === null && !held.log.isErasing,
      );
      for (const [key, { log }] of sealed.slice(0, limit)) {
        state.held.delete(key);
        state.scopes.set(key, log);
      }
      return sealed.length <= limit;
    },

    async abandon(importId, scope, limit) {
      const found = [...state.held].filter(
        ([key, held]) =>
          held.importId === importId && !held.log.isErasing && (scope === null || key === scopeKey(scope)),
      );
      for (const [key, { log }] of found) {
        state.held.set(key, { importId, run: '', log });
        if (!dropRows(log, limit)) return false;
        state.held.delete(key);
        return found.length === 1;
      }
      return true;
    },
  };
};
