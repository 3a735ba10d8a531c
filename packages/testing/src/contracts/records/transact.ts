import type { Json } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createKind, put, remove } from '../record-samples.js';
import { now } from '../samples.js';

export const describeTransact = (opened: Opened): void => {
  describe('writes of records', () => {
    it('answer null for what was never written', async () => {
      expect(await opened().storage.records.get(createKind(), 'a')).toBeNull();
    });

    it('keep a value as it is, whatever JSON it is', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      const values: Json[] = [
        null,
        true,
        0,
        -1.5e-7,
        Number.MAX_SAFE_INTEGER,
        '',
        '"\\\u2028\u{1F600}e\u0301',
        [],
        [[null], { a: [] }],
        { b: 1, a: { '': 'empty', __proto__x: 1, constructor: 'x' } },
        'x'.repeat(100_000),
      ];
      for (const [index, value] of values.entries()) {
        const key = `${index}`;
        expect(await storage.records.transact([put(kind, key, { value })], now)).toEqual({ done: true });
        expect(await other.records.get(kind, key)).toEqual({ key, value, version: 1, expiresAt: null });
      }
    });

    it('count versions from 1, and keep the time of expiry', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'a', { expiresAt: now + 5 })], now);
      await other.records.transact([put(kind, 'a', { value: 2 })], now);
      expect(await storage.records.get(kind, 'a')).toEqual({ key: 'a', value: 2, version: 2, expiresAt: null });
      await storage.records.transact(
        [put(kind, 'a', { expiresAt: now + 7 }), put(kind, 'a', { expiresAt: now + 8 })],
        now,
      );
      expect(await storage.records.get(kind, 'a')).toMatchObject({ version: 4, expiresAt: now + 8 });
    });

    it('start at version 1 again after a delete', async () => {
      const { storage } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'a'), put(kind, 'a')], now);
      expect(await storage.records.transact([remove(kind, 'a')], now)).toEqual({ done: true });
      expect(await storage.records.get(kind, 'a')).toBeNull();
      await storage.records.transact([put(kind, 'a')], now);
      expect(await storage.records.get(kind, 'a')).toMatchObject({ version: 1 });
    });

    it('delete what is not there without an error', async () => {
      const { storage } = opened();
      expect(await storage.records.transact([remove(createKind(), 'a')], now)).toEqual({ done: true });
      expect(await storage.records.transact([], now)).toEqual({ done: true });
    });

    it('tell kinds and keys apart by their bytes', async () => {
      const { storage } = opened();
      const kind = createKind();
      const keys = ['a', 'A', 'a ', '\u00E9', 'e\u0301', 'x/y', 'x', ''];
      await storage.records.transact(
        keys.map((key) => put(kind, key, { value: `${keys.indexOf(key)}`, condition: 'absent' })),
        now,
      );
      for (const key of keys) {
        expect(await storage.records.get(kind, key)).toMatchObject({ key, value: `${keys.indexOf(key)}`, version: 1 });
        expect(await storage.records.get(createKind(), key)).toBeNull();
      }
    });

    it('happen all or not at all', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'kept', { indexes: { tag: ['x'] } })], now);
      const writes = [
        put(kind, 'new', { indexes: { tag: ['x'] } }),
        put(kind, 'kept', { value: 'changed' }),
        remove(kind, 'kept'),
        put(kind, 'absent', { condition: 'present' }),
        put(kind, 'after'),
      ];
      expect(await storage.records.transact(writes, now)).toEqual({ done: false, failed: 3, reason: 'condition' });
      expect(await other.records.get(kind, 'new')).toBeNull();
      expect(await other.records.get(kind, 'after')).toBeNull();
      expect(await other.records.get(kind, 'kept')).toMatchObject({ value: { key: 'kept' }, version: 1 });
      const found = await other.records.find(kind, 'tag', 'x', { after: null, limit: 10 });
      expect(found.map(({ key }) => key)).toEqual(['kept']);
    });
  });
};
