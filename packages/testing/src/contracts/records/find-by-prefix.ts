import type { FindOptions } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createKind, put, remove } from '../record-samples.js';
import { now } from '../samples.js';

export const describeFindByPrefix = (opened: Opened): void => {
  describe('findByPrefix', () => {
    const keysOf = async (kind: string, prefix: string, options: Partial<FindOptions> = {}, name = 'email') => {
      const all = { after: null, limit: 100, ...options };
      return (await opened().other.records.findByPrefix(kind, name, prefix, all)).map(({ key }) => key);
    };

    /** Records with these values of the unique name, made in an order that means nothing. */
    const fill = async (values: Readonly<Record<string, string>>): Promise<string> => {
      const kind = createKind();
      const writes = Object.entries(values).map(([key, email]) => put(kind, key, { unique: { email } }));
      await opened().storage.records.transact(writes, now);
      return kind;
    };

    it('brings the records whose unique value begins so, whole and in order of the value', async () => {
      const kind = await fill({ a: 'zoe@x', b: 'al@x', c: 'alice@x', d: 'bob@x', e: 'ALICE@x', f: 'al' });
      expect(await keysOf(kind, 'al')).toEqual(['f', 'b', 'c']);
      expect(await keysOf(kind, '')).toEqual(['e', 'f', 'b', 'c', 'd', 'a']);
      expect(await keysOf(kind, 'alice@xx')).toEqual([]);
      expect(await keysOf(kind, 'al', {}, 'name')).toEqual([]);
      expect(await keysOf(createKind(), 'al')).toEqual([]);
      const [record] = await opened().other.records.findByPrefix(kind, 'email', 'z', { after: null, limit: 1 });
      expect(record).toEqual({ key: 'a', value: { key: 'a' }, version: 1, expiresAt: null });
    });

    it('compares by UTF-8 bytes, and takes no character for a pattern', async () => {
      const values = [
        '%',
        '%a',
        '*',
        '_',
        '_a',
        '\u00E9',
        '\u00E9a',
        '\uD7FF',
        '\uE000',
        '\uFFFD',
        '\u{1F600}',
        '\u{10FFFF}',
        '\u{10FFFF}a',
      ];
      const kind = await fill(Object.fromEntries(values.map((value) => [value, value])));
      expect(await keysOf(kind, '')).toEqual(values);
      for (const prefix of ['%', '_', '*', '\u00E9', '\uD7FF', '\uFFFD', '\u{1F600}', '\u{10FFFF}']) {
        expect(await keysOf(kind, prefix)).toEqual(values.filter((value) => value.startsWith(prefix)));
      }
    });

    it('pages by a value and a limit, also by a value that is not there', async () => {
      const kind = await fill({ one: 'a1', two: 'a2', three: 'a3', four: 'b' });
      expect(await keysOf(kind, 'a', { limit: 2 })).toEqual(['one', 'two']);
      expect(await keysOf(kind, 'a', { after: 'a2' })).toEqual(['three']);
      expect(await keysOf(kind, 'a', { after: 'a21' })).toEqual(['three']);
      expect(await keysOf(kind, 'a', { after: 'A' })).toEqual(['one', 'two', 'three']);
      expect(await keysOf(kind, 'a', { after: 'a3' })).toEqual([]);
      expect(await keysOf(kind, 'a', { after: 'c' })).toEqual([]);
    });

    it('follows what the newest write says, and leaves other indexes out', async () => {
      const { storage } = opened();
      const kind = await fill({ a: 'old', b: 'older' });
      await storage.records.transact([put(kind, 'a', { unique: { email: 'new' } }), remove(kind, 'b')], now);
      await storage.records.transact([put(kind, 'c', { indexes: { email: ['new too'] } })], now);
      expect(await keysOf(kind, 'old')).toEqual([]);
      expect(await keysOf(kind, 'new')).toEqual(['a']);
    });

    it('keeps values apart that are alike for thousands of characters', async () => {
      const start = 'x'.repeat(3000);
      const kind = await fill({ b: `${start}b`, a: `${start}a`, c: `${start}c`, d: 'y' });
      expect(await keysOf(kind, `${start}b`)).toEqual(['b']);
      expect(await keysOf(kind, 'x')).toEqual(['a', 'b', 'c']);
      expect(await keysOf(kind, 'x', { after: `${start}a`, limit: 1 })).toEqual(['b']);
    });
  });
};
