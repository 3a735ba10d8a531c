import { describe, expect, it } from 'vitest';
import type { LocalStore, QuarantinedChange, StoredRow } from '../../src/store/local-store.js';

export interface OpenedLocalStores {
  readonly store: LocalStore;
  /** The same data, as another tab or process has it open. */
  readonly other: LocalStore;
  close(): Promise<void>;
}

const moment = (n: number): string => `${n.toString(16).padStart(12, '0')}-0000-0a0b0c0d`;

const newRow = (id: string, change: Partial<StoredRow> = {}): StoredRow => ({
  table: 'notes',
  id,
  value: `{"id":"${id}"}`,
  version: { count: 1, moment: moment(1) },
  logged: null,
  base: null,
  unsentSince: null,
  pass: 0,
  revision: 0,
  ...change,
});

const newAside = (key: string, at: number): QuarantinedChange => ({
  key,
  direction: 'incoming',
  table: 'notes',
  id: key,
  reason: 'tampered',
  message: 'Altered.',
  at,
  received: { op: 'update', row_id: key, data: 'x' },
  value: null,
});

/** What every local store promises. `open` gives an empty one, twice. */
export const describeLocalStore = (name: string, open: () => Promise<OpenedLocalStores>): void => {
  const using = (work: (opened: OpenedLocalStores) => Promise<void>) => async () => {
    const opened = await open();
    try {
      await work(opened);
    } finally {
      await opened.close();
    }
  };
  const idsOf = (rows: readonly StoredRow[]): readonly string[] => rows.map(({ id }) => id);

  describe(`local store in ${name}`, () => {
    it(
      'gives back rows as they were stored, with the next revision, in the order asked',
      using(async ({ store, other }) => {
        const full = newRow('b', {
          logged: { count: 7, moment: moment(7) },
          base: '{"id":"b","text":"vor dem Krieg \u{1f600}"}',
          unsentSince: moment(9),
          pass: 3,
        });
        expect(await store.commit({ rows: [newRow('a'), full] })).toBe(true);
        const keys = ['b', 'none', 'a'].map((id) => ({ table: 'notes', id }));
        expect(await other.rows(keys)).toEqual([{ ...full, revision: 1 }, null, newRow('a', { revision: 1 })]);
      }),
    );

    it(
      'keeps tables apart, also where names and ids could be confused',
      using(async ({ store }) => {
        await store.commit({
          rows: [newRow('a', { table: 'x' }), newRow('a', { table: 'xa' }), newRow('', { table: 'x' })],
        });
        expect(idsOf(await store.list('x', null, 10))).toEqual(['', 'a']);
        expect(idsOf(await store.list('xa', null, 10))).toEqual(['a']);
      }),
    );

    it(
      'lists living rows in pages',
      using(async ({ store }) => {
        const rows = ['a', 'b', 'c', 'd', 'e'].map((id) => newRow(id, id === 'c' ? { value: null } : {}));
        await store.commit({ rows });
        expect(idsOf(await store.list('notes', null, 2))).toEqual(['a', 'b']);
        expect(idsOf(await store.list('notes', 'b', 10))).toEqual(['d', 'e']);
      }),
    );

    it(
      'has the unsent rows in the order in which they began to wait',
      using(async ({ store }) => {
        await store.commit({
          rows: [
            newRow('late', { unsentSince: moment(3) }),
            newRow('sent'),
            newRow('early', { unsentSince: moment(1), value: null }),
            newRow('middle', { unsentSince: moment(2) }),
          ],
        });
        expect(idsOf(await store.unsent(2))).toEqual(['early', 'middle']);
        expect(idsOf(await store.unsent(10, 'deletes'))).toEqual(['early']);
        expect(await store.countUnsent()).toBe(3);
        await store.commit({ rows: [newRow('early', { value: null, revision: 1 })] });
        expect(idsOf(await store.unsent(10))).toEqual(['middle', 'late']);
      }),
    );

    it(
      'finds what did not come in a pass and does not wait',
      using(async ({ store }) => {
        await store.commit({
          rows: [
            newRow('seen', { pass: 2 }),
            newRow('unsent', { pass: 1, unsentSince: moment(1) }),
            newRow('gone', { pass: 1 }),
          ],
        });
        expect(idsOf(await store.unseen(2, 10))).toEqual(['gone']);
        const [gone] = await store.unseen(2, 10);
        expect(await store.commit({ forget: gone ? [gone] : [], setAside: [newAside('gone', 1)] })).toBe(true);
        expect(await store.unseen(2, 10)).toEqual([]);
        expect(await store.rows([{ table: 'notes', id: 'gone' }])).toEqual([null]);
      }),
    );

    it(
      'stores nothing of a commit when one row was written meanwhile',
      using(async ({ store, other }) => {
        await store.commit({ rows: [newRow('a'), newRow('b')] });
        const [a = null] = await store.rows([{ table: 'notes', id: 'a' }]);
        await other.commit({ rows: [newRow('a', { revision: 1, value: '"other"' })] });
        const isStored = await store.commit({
          rows: [newRow('b', { revision: 1, value: '"mine"' }), newRow('a', { ...a, value: '"mine"' })],
          documents: [{ key: 'sync', text: '{}', revision: 0 }],
          setAside: [newAside('x', 1)],
        });
        expect(isStored).toBe(false);
        expect((await store.rows([{ table: 'notes', id: 'b' }]))[0]?.value).toBe('{"id":"b"}');
        expect(await store.document('sync')).toEqual({ key: 'sync', text: null, revision: 0 });
        expect(await store.quarantine()).toEqual([]);
      }),
    );

    it(
      'stores nothing when a row was made meanwhile, or is gone',
      using(async ({ store, other }) => {
        await other.commit({ rows: [newRow('a')] });
        expect(await store.commit({ rows: [newRow('a', { value: '"mine"' })] })).toBe(false);
        expect(await store.commit({ rows: [newRow('never', { revision: 4 })] })).toBe(false);
        expect(await store.commit({ forget: [newRow('a', { revision: 9 })] })).toBe(false);
        expect((await store.rows([{ table: 'notes', id: 'a' }]))[0]?.value).toBe('{"id":"a"}');
      }),
    );

    it(
      'stores nothing of a commit when a document was written meanwhile',
      using(async ({ store, other }) => {
        expect(await store.commit({ documents: [{ key: 'sync', text: '1', revision: 0 }] })).toBe(true);
        expect(await other.commit({ documents: [{ key: 'sync', text: '2', revision: 1 }] })).toBe(true);
        const late = { documents: [{ key: 'sync', text: '3', revision: 1 }], rows: [newRow('a')] };
        expect(await store.commit(late)).toBe(false);
        expect(await store.document('sync')).toEqual({ key: 'sync', text: '2', revision: 2 });
        expect(await store.rows([{ table: 'notes', id: 'a' }])).toEqual([null]);
      }),
    );

    it(
      'removes a document, and it can be made again',
      using(async ({ store }) => {
        await store.commit({ documents: [{ key: 'batch', text: '1', revision: 0 }] });
        await store.commit({ documents: [{ key: 'batch', text: null, revision: 1 }] });
        const gone = await store.document('batch');
        expect(gone.text).toBeNull();
        expect(await store.commit({ documents: [{ ...gone, text: '2' }] })).toBe(true);
        expect((await store.document('batch')).text).toBe('2');
      }),
    );

    it(
      'holds quarantined changes, the oldest first, until they are released',
      using(async ({ store, other }) => {
        await store.commit({ setAside: [newAside('b', 2), newAside('a', 1)] });
        await store.commit({ setAside: [newAside('b', 3)] });
        expect(await other.quarantine()).toEqual([newAside('a', 1), newAside('b', 3)]);
        await other.commit({ release: ['a', 'never there'] });
        expect(await store.quarantine()).toEqual([newAside('b', 3)]);
      }),
    );

    it(
      'makes every row wait again, deleted ones too, in one transaction with the documents',
      using(async ({ store }) => {
        const version = { count: 2, moment: moment(2) };
        await store.commit({
          rows: [newRow('a', { logged: version, version }), newRow('b', { value: null, logged: version })],
        });
        expect(await store.resendAll(moment(5), [{ key: 'sync', text: 'x', revision: 3 }])).toBe(false);
        expect(await store.countUnsent()).toBe(0);
        expect(await store.resendAll(moment(5), [{ key: 'sync', text: 'x', revision: 0 }])).toBe(true);
        expect(await store.unsent(10)).toEqual(
          expect.arrayContaining([
            newRow('a', { version, unsentSince: moment(5), revision: 2 }),
            newRow('b', { value: null, unsentSince: moment(5), revision: 2 }),
          ]),
        );
        expect((await store.document('sync')).text).toBe('x');
      }),
    );

    it(
      'is emptied in one transaction with the documents',
      using(async ({ store }) => {
        await store.commit({ rows: [newRow('a', { unsentSince: moment(1) })], setAside: [newAside('x', 1)] });
        expect(await store.clear([{ key: 'sync', text: 'x', revision: 3 }])).toBe(false);
        expect(await store.countUnsent()).toBe(1);
        expect(await store.clear([{ key: 'sync', text: 'x', revision: 0 }])).toBe(true);
        expect(await store.countUnsent()).toBe(0);
        expect(await store.list('notes', null, 10)).toEqual([]);
        expect(await store.quarantine()).toEqual([]);
        expect((await store.document('sync')).text).toBe('x');
      }),
    );

    it(
      'lets one of several commits at once win, and loses none that did',
      using(async ({ store, other }) => {
        const tries = Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? store : other).commit({ rows: [newRow('a', { value: `"${n}"` })] }),
        );
        const isStored = await Promise.all(tries);
        expect(isStored.filter(Boolean)).toHaveLength(1);
        expect((await store.rows([{ table: 'notes', id: 'a' }]))[0]?.value).toBe(`"${isStored.indexOf(true)}"`);
      }),
    );
  });
};
