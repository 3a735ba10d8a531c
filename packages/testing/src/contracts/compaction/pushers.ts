import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, positions } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { toPlace } from '../samples.js';
import { compactAll, deleted } from './samples.js';

export const describePushers = (opened: Opened): void => {
  describe('pushes to a compacted log', () => {
    it('are refused where a later own change hides one that is gone [P-88]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['1', '2']));
      await push(b, ['1']);
      await push(a, ['1']);
      await compactAll(storage, scope);
      await expectRefusal(push(a, ['2', '1'], { base }), 'row_changed', { indexes: [1] });
    });

    it('are taken for rows that nobody wrote after the base [P-88]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '1', '3']);
      const base = toPlace(await push(b, ['2']));
      await push(b, ['4', '4']);
      await compactAll(storage, scope);
      expect(await push(a, ['1', '2', '3', '5'], { base })).toMatchObject({ accepted: 4 });
    });

    it('may follow own changes above where compaction has come, as ever [P-35]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '1']);
      await compactAll(storage, scope);
      const base = toPlace(await push(b, ['2']));
      await push(a, ['2']);
      expect(await push(a, ['2'], { base })).toMatchObject({ accepted: 1 });
      expect(await push(a, ['2'], { base })).toMatchObject({ accepted: 1 });
    });

    it('that are repeated answer what they answered first, though their changes are gone [P-33]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
      const answered = await push(a, ['1', '2'], { batchId: first });
      const gone = await push(b, [deleted('1'), deleted('2'), deleted('3')], { batchId: second });
      await compactAll(storage, scope);
      expect(await push(a, ['1', '2'], { batchId: first })).toEqual({ ...answered, replayed: true });
      expect(await push(b, [], { batchId: second })).toEqual({ ...gone, replayed: true });
      expect(await readAll(a)).toMatchObject({ changes: [], hasMore: false });
    });

    it('go on behind the head, also where its own row is gone [P-43]', async () => {
      const { push, readAll, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', deleted('1')]);
      await compactAll(storage, scope);
      expect(await push(a, ['1'])).toMatchObject({ position: 3, floor: 2 });
      expect(positions(await readAll(b))).toEqual([3]);
    });
  });
};
