import type {
  AppendResult,
  LogPage,
  LogQuery,
  NewBatch,
  NewChange,
  Scope,
  Storage,
  StoredChange,
} from '@synckeep/core';
import type { OpenedStorage } from './opened-storage.js';
import { createScope, newBatch, newChange, newQuery, register } from './samples.js';

/** Two devices, `a` and `b`, on a log of their own. */
export interface Pair {
  readonly storage: Storage;
  readonly other: Storage;
  readonly scope: Scope;
  readonly a: string;
  readonly b: string;
  /** Appends changes, or inserts of the rows named. */
  push(deviceId: string, rows: readonly (string | NewChange)[], over?: Partial<NewBatch>): Promise<AppendResult>;
  /** One page. */
  read(deviceId: string, over?: Partial<LogQuery>): Promise<LogPage>;
  /** Reads until there is no more; the last page with the changes of all of them. */
  readAll(deviceId: string, over?: Partial<LogQuery>): Promise<LogPage & { readonly pages: number }>;
}

export const rowIds = (page: { readonly changes: readonly StoredChange[] }): string[] =>
  page.changes.map(({ rowId }) => rowId);

export const positions = (page: { readonly changes: readonly StoredChange[] }): number[] =>
  page.changes.map(({ position }) => position);

export const openPair = async ({ storage, other }: Pick<OpenedStorage, 'storage' | 'other'>): Promise<Pair> => {
  const scope = createScope();
  const a = await register(storage, scope);
  const b = await register(storage, scope);
  const read: Pair['read'] = (deviceId, over) => storage.changeLog.read(scope, newQuery(deviceId, over));
  return {
    storage,
    other,
    scope,
    a: a.id,
    b: b.id,
    push(deviceId, rows, over) {
      const changes = rows.map((row) => (typeof row === 'string' ? newChange(row) : row));
      return storage.changeLog.append(scope, newBatch(deviceId, changes, over));
    },
    read,
    async readAll(deviceId, over) {
      const changes: StoredChange[] = [];
      let page = await read(deviceId, over);
      let pages = 1;
      changes.push(...page.changes);
      while (page.hasMore) {
        if (pages > 1000) throw new Error('the pages do not end');
        const next: LogPage = await read(deviceId, { ...over, after: page.next });
        if (next.next.position <= page.next.position) throw new Error('a page with more to come did not move on');
        page = next;
        pages += 1;
        changes.push(...page.changes);
      }
      return { ...page, changes, pages };
    },
  };
};
