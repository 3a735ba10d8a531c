import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions, rowIds } from '../pair.js';
import { createTag, newChange, now } from '../samples.js';

const sized = (rowId: string, data: string) => newChange(rowId, { data });

export const describePaging = (opened: Opened): void => {
  describe('pages', () => {
    it('answers an empty page for a log without changes', async () => {
      const { read, storage, scope, a } = await openPair(opened());
      const { head } = await storage.changeLog.status(scope, now);
      expect(await read(a)).toEqual({
        changes: [],
        next: { epoch: head.epoch, position: 0, tag: 0, own: 0, floor: 0 },
        hasMore: false,
        lastPush: 0,
      });
    });

    it('holds at most `limit` changes and brings all of them over its pages, in order [P-44]', async () => {
      const { push, read, readAll, a, b } = await openPair(opened());
      await push(b, ['1', '2', '3', '4', '5', '6', '7']);
      const page = await read(a, { limit: 3 });
      expect(rowIds(page)).toEqual(['1', '2', '3']);
      expect(page.hasMore).toBe(true);
      const all = await readAll(a, { limit: 3 });
      expect(rowIds(all)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
      expect(all.pages).toBe(3);
    });

    it('has no more when a page ends exactly at the head [P-46]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      expect(await read(a, { limit: 2 })).toMatchObject({ hasMore: false, next: { position: 2 } });
    });

    it('gives the place after a page with the tag of the batch at that position [P-41]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const [first, second] = [createTag(), createTag()];
      const { epoch } = await push(b, ['1', '2'], { tag: first });
      await push(b, ['3'], { tag: second });
      expect((await read(a, { limit: 1 })).next).toMatchObject({ epoch, position: 1, tag: first, floor: 0 });
      expect((await read(a)).next).toMatchObject({ epoch, position: 3, tag: second, floor: 0 });
    });

    it('answers the same place again when nothing has come since', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1']);
      const { next } = await read(a);
      expect(await read(a, { after: next })).toMatchObject({ changes: [], next, hasMore: false });
    });

    it('ends before data would pass `maxBytes`, in bytes of UTF-8 [P-44]', async () => {
      const { push, read, readAll, a, b } = await openPair(opened());
      await push(b, [sized('1', 'éé'), sized('2', 'éé'), sized('3', 'é'), sized('4', 'x')]);
      expect(rowIds(await read(a, { maxBytes: 8 }))).toEqual(['1', '2']);
      expect(rowIds(await read(a, { maxBytes: 7 }))).toEqual(['1']);
      expect(await read(a, { maxBytes: 11 })).toMatchObject({ hasMore: false, changes: [{}, {}, {}, {}] });
      expect(rowIds(await readAll(a, { maxBytes: 4 }))).toEqual(['1', '2', '3', '4']);
    });

    it('holds one change that is larger than `maxBytes` by itself [P-44]', async () => {
      const { push, readAll, a, b } = await openPair(opened());
      await push(b, [sized('1', 'xxxxxxxxxx'), sized('2', 'x'), sized('3', 'xxxxxxxxxx')]);
      const all = await readAll(a, { maxBytes: 5 });
      expect(rowIds(all)).toEqual(['1', '2', '3']);
      expect(all.pages).toBe(3);
    });

    it('ends after `maxScan` positions, may be empty then, and still moves on [P-44]', async () => {
      const { push, read, readAll, a, b } = await openPair(opened());
      const { next } = await read(a);
      await push(a, ['1', '2', '3', '4', '5']);
      await push(b, ['6']);
      await push(a, ['7', '8']);
      await push(b, ['9']);
      const page = await read(a, { after: next, maxScan: 3 });
      expect(page).toMatchObject({ changes: [], hasMore: true, next: { position: 3 } });
      expect(rowIds(await read(a, { after: page.next, maxScan: 3 }))).toEqual(['6']);
      expect(rowIds(await readAll(a, { after: next, maxScan: 3 }))).toEqual(['6', '9']);
      expect(rowIds(await readAll(a, { after: next, maxScan: 1 }))).toEqual(['6', '9']);
    });

    it('answers for an integer position what follows it [P-42]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2', '3']);
      await read(a, { limit: 1 });
      expect(positions(await read(a, { after: 1 }))).toEqual([2, 3]);
      expect(positions(await read(a, { after: 2 }))).toEqual([3]);
      expect(await read(a, { after: 3 })).toMatchObject({ changes: [], hasMore: false, next: { position: 3 } });
    });

    it('tells the position of the newest change that the device wrote [P-40]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(a, ['1', '2']);
      await push(b, ['3']);
      expect((await read(a)).lastPush).toBe(2);
      expect((await read(b)).lastPush).toBe(3);
      await push(a, []);
      expect((await read(a)).lastPush).toBe(2);
      expect(await storage.deviceStore.get(scope, a)).toMatchObject({ lastPush: 2 });
    });
  });
};
