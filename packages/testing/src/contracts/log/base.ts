import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { newChange, now, presented, toPlace } from '../samples.js';

export const describeBase = (opened: Opened): void => {
  describe('base of a batch', () => {
    it('refuses rows that another device wrote after the base, with their indexes in order [P-35]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['1', '2', '3']));
      await push(b, ['3', '1']);
      await expectRefusal(push(a, ['1', '2', '3', '4'], { base }), 'row_changed', { indexes: [0, 2] });
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(5);
    });

    it('takes rows that were changed at or before the base [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['1', '2']));
      expect(await push(a, ['1', '2'], { base })).toMatchObject({ accepted: 2 });
    });

    it('does not mind rows that the pushing device wrote itself [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['1']));
      await push(a, ['1']);
      expect(await push(a, ['1'], { base })).toMatchObject({ accepted: 1 });
    });

    it('finds a row of another device behind a later one of the pushing device [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['1']));
      await push(b, ['1']);
      await push(a, ['1']);
      await expectRefusal(push(a, ['1'], { base }), 'row_changed', { indexes: [0] });
    });

    it('tells rows of one id in two tables apart, and compares both by their bytes [P-3]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['0']));
      await push(b, [newChange('1', { table: 'notes' }), newChange('A'), newChange('e\u0301')]);
      const changes = [newChange('1'), newChange('a'), newChange('\u00E9'), newChange('1', { table: 'Notes' })];
      expect(await push(a, changes, { base })).toMatchObject({ accepted: 4 });
    });

    it('names every index of a row that the batch holds twice [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['0']));
      await push(b, ['1']);
      await expectRefusal(push(a, ['1', '2', '1'], { base }), 'row_changed', { indexes: [0, 2] });
    });

    it('checks nothing without a base [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      await push(b, ['1']);
      expect(await push(a, ['1'])).toMatchObject({ accepted: 1 });
    });

    it('checks from the start with a base at position 0 [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(a, []));
      await push(b, ['1']);
      await expectRefusal(push(a, ['1'], { base }), 'row_changed', { indexes: [0] });
    });

    it('reads the base `presented` as the place that the device last presented, and as the start before any [P-48]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1']);
      await expectRefusal(push(a, ['1'], { base: presented }), 'row_changed', { indexes: [0] });
      const { next } = await read(a);
      await expectRefusal(push(a, ['1'], { base: presented }), 'row_changed', { indexes: [0] });
      await read(a, { after: { ...next, own: 0 } });
      expect(await push(a, ['1'], { base: presented })).toMatchObject({ accepted: 1 });
    });

    it('reads an integer base as the position of an integer cursor, and 0 as the start [P-42]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      await read(a);
      await expectRefusal(push(a, ['2'], { base: 1 }), 'row_changed', { indexes: [0] });
      await expectRefusal(push(a, ['1'], { base: 0 }), 'row_changed', { indexes: [0] });
      await expectRefusal(push(a, ['3'], { base: 3 }), 'cursor_expired', { reason: 'restored' });
      expect(await push(a, ['1'], { base: 1 })).toMatchObject({ accepted: 1 });
    });

    it('refuses a missing base where one is required, but not for a batch id that is known [P-35]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      const batchId = crypto.randomUUID();
      await expectRefusal(push(a, ['1'], { batchId, base: 'missing' }), 'base_required');
      await expectRefusal(push(a, [newChange('1', { op: 'delete' })], { base: 'missing' }), 'base_required');
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(0);
      await push(a, ['1'], { batchId });
      expect(await push(a, ['1'], { batchId, base: 'missing' })).toMatchObject({ replayed: true });
    });

    it('refuses a base that is no place of this log as a cursor that has expired [P-47]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['1']));
      const strangers = [
        { ...base, epoch: 'f'.repeat(16) },
        { ...base, position: 2 },
        { ...base, tag: (base.tag ^ 1) >>> 0 || 5 },
      ];
      for (const stranger of strangers) {
        await expectRefusal(push(a, ['2'], { base: stranger }), 'cursor_expired', { reason: 'restored' });
      }
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(1);
    });

    it('checks the base before the quota [P-35]', async () => {
      const { push, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['0']));
      await push(b, ['1']);
      await expectRefusal(push(a, ['1'], { base, bytesLimit: 0 }), 'row_changed');
    });

    it('lets one of two devices through that push one row with one base at the same time [P-35]', async () => {
      const { push, other, scope, storage, a, b } = await openPair(opened());
      const base = toPlace(await push(b, ['0']));
      for (let round = 1; round <= 5; round++) {
        const rowId = `row ${round}`;
        const outcomes = await Promise.allSettled([
          push(a, [rowId], { base }),
          other.changeLog.append(scope, {
            deviceId: b,
            batchId: null,
            changes: [newChange(rowId)],
            keyVersion: null,
            base,
            tag: round,
            now,
            bytesLimit: null,
          }),
        ]);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(6);
    });
  });
};
