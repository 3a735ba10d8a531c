import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { createOldTime, createScope } from '../samples.js';

export const describeKeyHistory = (opened: Opened): void => {
  describe('the history of envelopes', () => {
    it('holds every envelope that was replaced, rotated away or aborted, newest first [P-58]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const time = createOldTime();
      await putKey(storage, scope, { envelope: 'first', now: time });
      expect(await storage.keyStore.history(scope)).toEqual([]);
      await putKey(storage, scope, { envelope: 'second', now: time + 1 });
      await beginRotation(storage, scope, { envelope: 'third', now: time + 2 });
      await storage.keyStore.completeRotation(scope, time + 3);
      await beginRotation(storage, scope, { envelope: 'fourth', now: time + 4 });
      await storage.keyStore.abortRotation(scope, 100, time + 5);
      await putKey(storage, scope, { envelope: 'fifth', now: time + 6 });
      expect(await other.keyStore.history(scope)).toEqual([
        { envelope: 'third', keyVersion: 2, replacedAt: time + 6, reason: 'replaced' },
        { envelope: 'fourth', keyVersion: 3, replacedAt: time + 5, reason: 'aborted' },
        { envelope: 'second', keyVersion: 1, replacedAt: time + 3, reason: 'rotated' },
        { envelope: 'first', keyVersion: 1, replacedAt: time + 1, reason: 'replaced' },
      ]);
    });

    it('keeps the order of envelopes that were replaced in one millisecond', async () => {
      const { storage } = opened();
      const scope = createScope();
      for (const envelope of ['1', '2', '3', '4']) await putKey(storage, scope, { envelope });
      expect((await storage.keyStore.history(scope)).map(({ envelope }) => envelope)).toEqual(['3', '2', '1']);
    });

    it('forgets envelopes replaced before a moment, in bounded steps, and never the current one [P-58]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const time = createOldTime();
      while ((await storage.keyStore.forgetHistory(time, 1000)) > 0);
      for (const envelope of ['1', '2', '3', '4']) await putKey(storage, scope, { envelope, now: time });
      await putKey(storage, scope, { envelope: '5', now: time + 1 });
      expect(await storage.keyStore.forgetHistory(time, 10)).toBe(0);
      expect(await storage.keyStore.forgetHistory(time + 1, 2)).toBe(2);
      expect(await storage.keyStore.forgetHistory(time + 1, 2)).toBe(1);
      expect(await storage.keyStore.forgetHistory(time + 1, 2)).toBe(0);
      expect(await storage.keyStore.history(scope)).toMatchObject([{ envelope: '4' }]);
      expect(await storage.keyStore.get(scope)).toMatchObject({ envelope: '5' });
    });
  });
};
