import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createKind, put, remove } from '../record-samples.js';
import { now } from '../samples.js';

const refused = (failed: number) => ({ done: false, failed, reason: 'unique' });

export const describeUnique = (opened: Opened): void => {
  describe('unique values of records', () => {
    it('refuse a second living record of the kind, and write nothing then', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      const unique = { email: 'x@example.com' };
      await storage.records.transact([put(kind, 'a', { unique })], now);
      expect(await other.records.transact([put(kind, 'c'), put(kind, 'b', { unique })], now)).toEqual(refused(1));
      expect(await storage.records.get(kind, 'b')).toBeNull();
      expect(await storage.records.get(kind, 'c')).toBeNull();
    });

    it('allow the same record again, another name, another kind and another case', async () => {
      const { storage } = opened();
      const kind = createKind();
      const unique = { email: 'x' };
      const writes = [
        put(kind, 'a', { unique }),
        put(kind, 'a', { unique }),
        put(kind, 'b', { unique: { slug: 'x' } }),
        put(kind, 'c', { unique: { email: 'X' } }),
        put(kind, 'd', { unique: { email: '' } }),
        put(createKind(), 'a', { unique }),
      ];
      expect(await storage.records.transact(writes, now)).toEqual({ done: true });
    });

    it('are free again when their record is deleted, changed or expired', async () => {
      const { storage } = opened();
      const kind = createKind();
      const one = { unique: { email: 'x' } };
      await storage.records.transact([put(kind, 'a', one)], now);
      expect(await storage.records.transact([remove(kind, 'a'), put(kind, 'b', one)], now)).toEqual({ done: true });
      const moved = [put(kind, 'b', { unique: { email: 'y' } }), put(kind, 'c', { ...one, expiresAt: now + 5 })];
      expect(await storage.records.transact(moved, now)).toEqual({ done: true });
      expect(await storage.records.transact([put(kind, 'd', one)], now + 4)).toEqual(refused(0));
      expect(await storage.records.transact([put(kind, 'd', one)], now + 5)).toEqual({ done: true });
      expect(await storage.records.transact([put(kind, 'e', { unique: { email: 'y' } })], now)).toEqual(refused(0));
      const found = await storage.records.find(kind, 'email', 'x', { after: null, limit: 10 });
      expect(found.map(({ key }) => key)).toContain('d');
    });

    it('clash within one call too', async () => {
      const { storage } = opened();
      const kind = createKind();
      const unique = { email: 'x' };
      expect(await storage.records.transact([put(kind, 'a', { unique }), put(kind, 'b', { unique })], now)).toEqual(
        refused(1),
      );
      expect(await storage.records.get(kind, 'a')).toBeNull();
    });

    it('go to one of many writers at the same time', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? storage : other).records.transact([put(kind, `${index}`, { unique: { slug: 'x' } })], now),
        ),
      );
      expect(answers.filter(({ done }) => done)).toHaveLength(1);
      expect(await storage.records.find(kind, 'slug', 'x', { after: null, limit: 10 })).toHaveLength(1);
    });
  });
};
