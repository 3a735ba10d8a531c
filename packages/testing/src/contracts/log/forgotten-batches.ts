import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createOldTime } from '../samples.js';

export const describeForgottenBatches = (opened: Opened): void => {
  describe('forgetBatches', () => {
    it('forgets batch ids received before a moment, a bounded number in one step [P-33]', async () => {
      const { push, storage, a, b } = await openPair(opened());
      const old = createOldTime();
      await storage.changeLog.forgetBatches(old, 10_000);
      for (const batchId of ['1', '2', '3']) await push(a, [batchId], { batchId, now: old });
      await push(b, ['4'], { batchId: '4', now: old + 1 });
      expect(await storage.changeLog.forgetBatches(old, 10)).toBe(0);
      expect(await storage.changeLog.forgetBatches(old + 1, 2)).toBe(2);
      expect(await storage.changeLog.forgetBatches(old + 1, 2)).toBe(1);
      expect(await storage.changeLog.forgetBatches(old + 1, 2)).toBe(0);
      expect(await push(a, ['1'], { batchId: '1', now: old })).toMatchObject({ replayed: false, position: 5 });
      expect(await push(b, ['4'], { batchId: '4', now: old })).toMatchObject({ replayed: true, position: 4 });
    });
  });
};
