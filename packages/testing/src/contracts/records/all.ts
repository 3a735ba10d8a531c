import type { NamedRecord, RecordName } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createKind, put, remove } from '../record-samples.js';
import { now } from '../samples.js';

export const describeAll = (opened: Opened): void => {
  describe('all', () => {
    /** Every record of these kinds, walked over the whole store. */
    const walk = async (kinds: readonly string[], limit: number): Promise<readonly NamedRecord[]> => {
      const found: NamedRecord[] = [];
      for (let after: RecordName | null = null; ; ) {
        const page: readonly NamedRecord[] = await opened().other.records.all(after, limit);
        expect(page.length).toBeLessThanOrEqual(limit);
        found.push(...page);
        after = page.at(-1) ?? null;
        if (page.length === 0) return found.filter(({ kind }) => kinds.includes(kind));
      }
    };

    it('brings every record once, in order of kind, then key, by their bytes', async () => {
      const { storage } = opened();
      const base = createKind();
      const kinds = ['', 'B', 'a', 'a ', '\uFFFD', '\u{1F600}'].map((end) => base + end);
      const keys = ['', '10', '9', 'a', '\uFFFD', '\u{1F600}'];
      for (const kind of kinds.toReversed()) {
        await storage.records.transact(
          keys.toReversed().map((key) => put(kind, key, { indexes: { tag: ['x', 'y'] } })),
          now,
        );
      }
      const names = kinds.flatMap((kind) => keys.map((key) => ({ kind, key })));
      for (const limit of [7, 1000]) {
        expect((await walk(kinds, limit)).map(({ kind, key }) => ({ kind, key }))).toEqual(names);
      }
      const after = { kind: kinds[2] ?? '', key: '9' };
      expect(await storage.records.all(after, 1)).toMatchObject([{ kind: kinds[2], key: 'a' }]);
    });

    it('are counted by kind', async () => {
      const { storage, other } = opened();
      const [kind, empty] = [createKind(), createKind()];
      await storage.records.transact([put(kind, 'a'), put(kind, 'b'), put(`${kind} `, 'c')], now);
      expect(await other.records.count(kind)).toBe(2);
      await storage.records.transact([remove(kind, 'a')], now);
      expect(await other.records.count(kind)).toBe(1);
      expect(await other.records.count(empty)).toBe(0);
    });

    it('brings each as it is, and none that was deleted', async () => {
      const { storage } = opened();
      const kind = createKind();
      await storage.records.transact([put(kind, 'a'), put(kind, 'b'), put(kind, 'c')], now);
      const value = { list: [1, null, 'x'] };
      await storage.records.transact([put(kind, 'a', { value, expiresAt: now + 60_000 }), remove(kind, 'b')], now);
      expect(await walk([kind], 100)).toEqual([
        { kind, key: 'a', value, version: 2, expiresAt: now + 60_000 },
        { kind, key: 'c', value: { key: 'c' }, version: 1, expiresAt: null },
      ]);
    });
  });
};
