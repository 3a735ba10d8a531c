import type { FindOptions } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createKind, put, remove } from '../record-samples.js';
import { now } from '../samples.js';

export const describeFind = (opened: Opened): void => {
  describe('find', () => {
    const keysOf = async (kind: string, index: string, value: string, options: Partial<FindOptions> = {}) => {
      const found = await opened().storage.records.find(kind, index, value, { after: null, limit: 100, ...options });
      return found.map(({ key }) => key);
    };

    it('brings the records that stand under a value, whole', async () => {
      const { storage, other } = opened();
      const kind = createKind();
      await storage.records.transact(
        [put(kind, 'a', { value: [1], unique: { slug: 's' }, indexes: { tag: ['x', 'y'] }, expiresAt: now + 5 })],
        now,
      );
      const record = { key: 'a', value: [1], version: 1, expiresAt: now + 5 };
      for (const [index, value] of [['slug', 's'] as const, ['tag', 'x'] as const, ['tag', 'y'] as const]) {
        expect(await other.records.find(kind, index, value, { after: null, limit: 10 })).toEqual([record]);
      }
      for (const [index, value] of [
        ['slug', 'x'],
        ['tag', 's'],
        ['tag', ''],
        ['tag', 'X'],
        ['none', 'x'],
      ] as const) {
        expect(await keysOf(kind, index, value)).toEqual([]);
      }
      expect(await keysOf(createKind(), 'tag', 'x')).toEqual([]);
    });

    it('orders keys by their UTF-8 bytes', async () => {
      const { storage } = opened();
      const kind = createKind();
      const sorted = ['', ' ', '10', '9', 'A', 'B', 'a', 'ab', '\u00E9', '\uFFFD', '\u{1F600}'];
      await storage.records.transact(
        sorted.toReversed().map((key) => put(kind, key, { indexes: { all: [''] } })),
        now,
      );
      expect(await keysOf(kind, 'all', '')).toEqual(sorted);
      for (const [index, after] of sorted.entries()) {
        expect(await keysOf(kind, 'all', '', { after })).toEqual(sorted.slice(index + 1));
      }
    });

    it('pages by `after` and `limit`', async () => {
      const { storage } = opened();
      const kind = createKind();
      const keys = ['a', 'b', 'c', 'd', 'e'];
      await storage.records.transact(
        keys.map((key) => put(kind, key, { indexes: { tag: ['x'] } })),
        now,
      );
      expect(await keysOf(kind, 'tag', 'x', { limit: 2 })).toEqual(['a', 'b']);
      expect(await keysOf(kind, 'tag', 'x', { after: 'b', limit: 2 })).toEqual(['c', 'd']);
      expect(await keysOf(kind, 'tag', 'x', { after: 'bb' })).toEqual(['c', 'd', 'e']);
      expect(await keysOf(kind, 'tag', 'x', { after: 'e' })).toEqual([]);
    });

    it('brings a record once that stands under one value twice', async () => {
      const { storage } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'a', { indexes: { tag: ['x', 'x'] } })], now);
      expect(await keysOf(kind, 'tag', 'x')).toEqual(['a']);
    });

    it('follows what the newest write says', async () => {
      const { storage } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'a', { unique: { slug: 's' }, indexes: { tag: ['x', 'y'] } })], now);
      await storage.records.transact([put(kind, 'a', { unique: { slug: 't' }, indexes: { tag: ['y', 'z'] } })], now);
      expect(await keysOf(kind, 'tag', 'x')).toEqual([]);
      expect(await keysOf(kind, 'tag', 'y')).toEqual(['a']);
      expect(await keysOf(kind, 'tag', 'z')).toEqual(['a']);
      expect(await keysOf(kind, 'slug', 's')).toEqual([]);
      expect(await keysOf(kind, 'slug', 't')).toEqual(['a']);
      await storage.records.transact([remove(kind, 'a')], now);
      expect(await keysOf(kind, 'tag', 'y')).toEqual([]);
      expect(await keysOf(kind, 'slug', 't')).toEqual([]);
    });
  });
};
