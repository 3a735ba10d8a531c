import { limits } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import type { Opened, OpenedStorage } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';
import { createTag, newBatch, newChange, now } from '../samples.js';

/** Ten calls at once, over both instances, with one batch id: one of them inserts, all of them answer the same. */
export const checkTenAtOnce = async (opened: OpenedStorage): Promise<void> => {
  const { storage, other, scope, a, b, readAll } = await openPair(opened);
  const batchId = crypto.randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      (index % 2 === 0 ? storage : other).changeLog.append(
        scope,
        newBatch(a, [newChange('1'), newChange('2')], { batchId, tag: createTag() }),
      ),
    ),
  );
  expect(rowIds(await readAll(b))).toEqual(['1', '2']);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(
    new Set(answers.map(({ epoch, position, tag, accepted }) => `${epoch} ${position} ${tag} ${accepted}`)).size,
  ).toBe(1);
};

export const describeIdempotency = (opened: Opened): void => {
  describe('batch ids', () => {
    it('replays a batch id with the first answer and inserts nothing [P-33]', async () => {
      const { push, readAll, other, scope, a, b } = await openPair(opened());
      const batchId = crypto.randomUUID();
      const first = await push(a, ['1', '2'], { batchId });
      await push(b, ['3']);
      expect(await push(a, ['1', '2'], { batchId })).toEqual({ ...first, replayed: true });
      const elsewhere = await other.changeLog.append(scope, newBatch(a, [newChange('1')], { batchId }));
      expect(elsewhere).toEqual({ ...first, replayed: true });
      expect(rowIds(await readAll(b))).toEqual(['1', '2', '3']);
    });

    it('inserts once and answers one place for ten identical batches at once [P-33]', () => checkTenAtOnce(opened()));

    it('keeps the batch ids of two devices apart [P-33]', async () => {
      const { push, readAll, a, b } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await push(a, ['1'], { batchId });
      expect(await push(b, ['2'], { batchId })).toMatchObject({ replayed: false, position: 2 });
      expect(rowIds(await readAll(b))).toEqual(['1', '2']);
    });

    it('compares batch ids by their bytes [P-3]', async () => {
      const { push, a } = await openPair(opened());
      for (const batchId of ['batch', 'Batch', 'batch ', ' batch', 'b\u00E9', 'be\u0301']) {
        expect(await push(a, [batchId], { batchId })).toMatchObject({ replayed: false });
      }
    });

    it('stores a batch without an id each time that it comes [P-33]', async () => {
      const { push, readAll, a, b } = await openPair(opened());
      await push(a, ['1'], { batchId: null });
      expect(await push(a, ['1'], { batchId: null })).toMatchObject({ replayed: false, position: 2 });
      expect(rowIds(await readAll(b))).toEqual(['1', '1']);
    });

    it('remembers an empty batch like any other [P-33]', async () => {
      const { push, a } = await openPair(opened());
      const batchId = crypto.randomUUID();
      const first = await push(a, [], { batchId });
      await push(a, ['1']);
      expect(await push(a, ['2'], { batchId })).toEqual({ ...first, replayed: true });
    });

    it('remembers a batch id for 30 days [P-33]', async () => {
      const { push, a } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await push(a, ['1'], { batchId });
      const almost = now + limits.batchIdLifetime * 1000 - 1;
      expect(await push(a, ['1'], { batchId, now: almost })).toMatchObject({ replayed: true, position: 1 });
    });

    it('answers a known batch id before it looks at key version, base and quota [P-33]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      const batchId = crypto.randomUUID();
      const first = await push(a, ['1'], { batchId });
      await push(b, ['1']);
      const base = { epoch: 'f'.repeat(16), position: 9, tag: 1, own: 0, floor: 0 };
      const replay = await push(a, ['1'], { batchId, keyVersion: 77, base, bytesLimit: 0 });
      expect(replay).toEqual({ ...first, replayed: true });
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(2);
    });

    it('does not remember a batch that was refused [P-33]', async () => {
      const { push, a } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await expect(push(a, ['1'], { batchId, bytesLimit: 0 })).rejects.toThrow();
      expect(await push(a, ['1'], { batchId })).toMatchObject({ replayed: false, accepted: 1, position: 1 });
    });
  });
};
