import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';

export const describeOwnChanges = (opened: Opened): void => {
  describe('changes of the reading device itself', () => {
    it('are left out after the start, and the place moves past them [P-45]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const { next } = await read(a);
      await push(a, ['1']);
      await push(b, ['2']);
      await push(a, ['3']);
      const page = await read(a, { after: next });
      expect(rowIds(page)).toEqual(['2']);
      expect(page).toMatchObject({ hasMore: false, next: { position: 3 } });
    });

    it('do not count to `limit` or `maxBytes` [P-45]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const { next } = await read(a);
      await push(a, ['1', '2', '3']);
      await push(b, ['4']);
      await push(a, ['5']);
      await push(b, ['6']);
      expect(rowIds(await read(a, { after: next, limit: 2 }))).toEqual(['4', '6']);
      expect(rowIds(await read(a, { after: next, maxBytes: 2 * 'data of 4'.length }))).toEqual(['4', '6']);
    });

    it('alone are no reason to have more [P-46]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const { next } = await read(a);
      await push(b, ['1']);
      await push(a, ['2', '3', '4']);
      const page = await read(a, { after: next, limit: 1 });
      expect(rowIds(page)).toEqual(['1']);
      expect(page.hasMore).toBe(false);
      expect((await read(a, { after: next })).next.position).toBe(4);
    });

    it('come in a read from the start, over all its pages, as far as the log reached when it began [P-45]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1', '2']);
      await push(b, ['3']);
      await push(a, ['4']);
      const first = await read(a, { limit: 1 });
      expect(rowIds(first)).toEqual(['1']);
      expect(first.next.own).toBe(4);
      await push(a, ['5']);
      await push(b, ['6']);
      const second = await read(a, { after: first.next, limit: 2 });
      expect(rowIds(second)).toEqual(['2', '3']);
      expect(second.next.own).toBe(4);
      const third = await read(a, { after: second.next });
      expect(rowIds(third)).toEqual(['4', '6']);
      expect(third).toMatchObject({ hasMore: false, next: { position: 6 } });
    });

    it('come with `includeOwn` from any place, over the whole log as it is now [P-45]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const { next } = await read(a);
      await push(a, ['1', '2']);
      await push(b, ['3']);
      const page = await read(a, { after: next, includeOwn: true, limit: 1 });
      expect(rowIds(page)).toEqual(['1']);
      expect(page).toMatchObject({ hasMore: true, next: { own: 3 } });
      await push(a, ['4']);
      expect(rowIds(await read(a, { after: page.next }))).toEqual(['2', '3']);
      expect(rowIds(await read(a, { after: page.next, includeOwn: true }))).toEqual(['2', '3', '4']);
    });

    it('come in a read after the place of no log, as from the start', async () => {
      const { push, read, a } = await openPair(opened());
      await push(a, ['1']);
      const after = { epoch: '0000000000000000', position: 0, tag: 0, own: 0, floor: 0 };
      const page = await read(a, { after });
      expect(rowIds(page)).toEqual(['1']);
      expect(page.next.own).toBe(1);
    });

    it('do not come after a place at position 0 that has an epoch and no marker', async () => {
      const { push, read, a, b } = await openPair(opened());
      const { next } = await read(a);
      expect(next).toMatchObject({ position: 0, own: 0 });
      await push(a, ['1']);
      await push(b, ['2']);
      expect(rowIds(await read(a, { after: next }))).toEqual(['2']);
    });
  });
};
