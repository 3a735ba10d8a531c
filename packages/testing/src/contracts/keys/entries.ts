import { describe, expect, it } from 'vitest';
import { beginRotation, putKey, rotate, rotationEntries } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, newChange, now } from '../samples.js';

export const describeEntries = (opened: Opened): void => {
  describe('entries to rotate', () => {
    it('are all changes with data whose version is not the target, in order of position [P-62]', async () => {
      const { push, storage, other, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', newChange('2', { data: null })]);
      await push(b, [newChange('3', { op: 'delete' })]);
      await beginRotation(storage, scope);
      await push(a, ['4'], { keyVersion: 2 });
      await push(b, ['5'], { keyVersion: 1 });
      await push(b, ['6']);
      const page = await rotationEntries(other, scope);
      expect(page.entries).toMatchObject([
        { position: 1, rowId: '1', deviceId: a, data: 'data of 1', keyVersion: 1 },
        { position: 3, rowId: '3', deviceId: b, op: 'delete', data: 'data of 3', keyVersion: 1 },
        { position: 5, rowId: '5', keyVersion: 1 },
        { position: 6, rowId: '6', keyVersion: null },
      ]);
      expect(page.hasMore).toBe(false);
      await rotate(storage, scope, [1, 5]);
      expect(rowIds({ changes: (await rotationEntries(storage, scope)).entries })).toEqual(['3', '6']);
    });

    it('come in pages by number, bytes and positions looked at [P-62]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2', newChange('3', { data: null }), newChange('4', { data: null }), '5']);
      await beginRotation(storage, scope);
      const one = await rotationEntries(storage, scope, { limit: 1 });
      expect(one).toMatchObject({ entries: [{ rowId: '1' }], hasMore: true });
      const bytes = await rotationEntries(storage, scope, { maxBytes: 'data of 1'.length * 2 });
      expect(bytes).toMatchObject({ entries: [{ rowId: '1' }, { rowId: '2' }], hasMore: true });
      const single = await rotationEntries(storage, scope, { maxBytes: 1 });
      expect(single).toMatchObject({ entries: [{ rowId: '1' }], hasMore: true });
      const scanned = await rotationEntries(storage, scope, { after: 2, maxScan: 2 });
      expect(scanned).toMatchObject({ entries: [], hasMore: true, next: { position: 4 } });
      for (const over of [{ limit: 1 }, { maxScan: 1 }, { maxScan: 2 }, { maxBytes: 1 }]) {
        const seen: string[] = [];
        let page = await rotationEntries(storage, scope, over);
        seen.push(...rowIds({ changes: page.entries }));
        for (let turn = 0; page.hasMore && turn < 20; turn++) {
          page = await rotationEntries(storage, scope, { ...over, after: page.next });
          seen.push(...rowIds({ changes: page.entries }));
        }
        expect(seen).toEqual(['1', '2', '5']);
      }
    });

    it('have no more when only entries that are done lie behind [P-62]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2', '3']);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [2, 3]);
      expect(await rotationEntries(storage, scope, { limit: 1 })).toMatchObject({
        entries: [{ rowId: '1' }],
        hasMore: false,
      });
    });

    it('are refused when no rotation runs [P-66]', async () => {
      const { storage, scope } = await openPair(opened());
      await expectRefusal(rotationEntries(storage, scope), 'no_rotation');
      await putKey(storage, scope);
      await expectRefusal(rotationEntries(storage, scope), 'no_rotation');
    });

    it('are refused after a place that has expired [P-47]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      await beginRotation(storage, scope);
      const { next } = await rotationEntries(storage, scope, { limit: 1 });
      expect(next.position).toBe(1);
      for (const after of [
        { ...next, epoch: createEpoch() },
        { ...next, position: 9 },
        { ...next, tag: (next.tag ^ 3) >>> 0 },
        9,
      ]) {
        await expectRefusal(rotationEntries(storage, scope, { after }), 'cursor_expired', { reason: 'restored' });
      }
      await storage.changeLog.reset(scope, createEpoch(), now);
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await expectRefusal(rotationEntries(storage, scope, { after: next }), 'cursor_expired', { reason: 'reset' });
    });
  });
};
