import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createKind, put } from '../record-samples.js';
import { createOldTime } from '../samples.js';

export const describeSweep = (opened: Opened): void => {
  describe('sweep', () => {
    it('removes expired records, at most `limit` in one step, and leaves the others', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      const time = createOldTime();
      while ((await storage.records.sweep(time, 1000)) > 0);
      const expired = ['a', 'b', 'c'].map((key) =>
        put(kind, key, { expiresAt: time + 1, unique: { slug: key }, indexes: { tag: ['x'] } }),
      );
      const living = [put(kind, 'd', { expiresAt: time + 60_000 }), put(kind, 'e')];
      await storage.records.transact([...expired, ...living], time);
      expect(await storage.records.sweep(time, 10)).toBe(0);
      expect(await storage.records.sweep(time + 2, 2)).toBe(2);
      expect(await storage.records.sweep(time + 2, 2)).toBe(1);
      expect(await storage.records.sweep(time + 2, 2)).toBe(0);
      for (const key of ['a', 'b', 'c']) {
        expect(await other.records.get(kind, key)).toBeNull();
        expect(await other.records.find(kind, 'slug', key, { after: null, limit: 1 })).toEqual([]);
      }
      expect(await other.records.find(kind, 'tag', 'x', { after: null, limit: 10 })).toEqual([]);
      for (const key of ['d', 'e']) expect(await other.records.get(kind, key)).not.toBeNull();
    });
  });
};
