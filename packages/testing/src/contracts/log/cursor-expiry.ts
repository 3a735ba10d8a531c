import { noEpoch } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';
import { expectRefusal, refusalOf } from '../refusal.js';
import { createEpoch, now, presented, toPlace } from '../samples.js';

export const describeCursorExpiry = (opened: Opened): void => {
  describe('expired cursors', () => {
    it('of an epoch that this log never had are `restored` [P-47]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const place = toPlace(await push(b, ['1']));
      await expectRefusal(read(a, { after: { ...place, epoch: createEpoch() } }), 'cursor_expired', {
        reason: 'restored',
      });
      await expectRefusal(
        read(a, { after: { ...place, epoch: createEpoch(), position: 0, tag: 0 } }),
        'cursor_expired',
        {
          reason: 'restored',
        },
      );
      await expectRefusal(read(a, { after: { ...place, epoch: noEpoch } }), 'cursor_expired', { reason: 'restored' });
    });

    it('ahead of the log are `restored`, also as integers [P-47]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const place = toPlace(await push(b, ['1']));
      await read(a);
      for (const after of [{ ...place, position: 2, tag: 0 }, { ...place, position: 2 }, 2]) {
        await expectRefusal(read(a, { after }), 'cursor_expired', { reason: 'restored' });
      }
    });

    it('with another tag than the row at their position are `restored` [P-47]', async () => {
      const { push, read, a, b } = await openPair(opened());
      const place = toPlace(await push(b, ['1', '2'], { tag: 0xffffffff }));
      await push(b, ['3']);
      const after = { ...place, tag: 0xfffffffe };
      await expectRefusal(read(a, { after }), 'cursor_expired', { reason: 'restored' });
      await expectRefusal(read(a, { after: { ...after, position: 1 } }), 'cursor_expired', { reason: 'restored' });
      expect(rowIds(await read(a, { after: { ...place, position: 1 } }))).toEqual(['2', '3']);
    });

    it('are not told by a tag of 0, which proves nothing', async () => {
      const { push, read, a, b } = await openPair(opened());
      const place = toPlace(await push(b, ['1']));
      await push(b, ['2']);
      expect(rowIds(await read(a, { after: { ...place, tag: 0 } }))).toEqual(['2']);
    });

    it('of an epoch that a reset ended are `reset`, also after a second one [P-47]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      const first = toPlace(await push(b, ['1']));
      await storage.changeLog.reset(scope, createEpoch(), now);
      await expectRefusal(read(a, { after: first }), 'cursor_expired', { reason: 'reset' });
      const second = toPlace(await push(b, ['1', '2']));
      await storage.changeLog.reset(scope, createEpoch(), now);
      await push(b, ['1', '2', '3']);
      for (const after of [first, second]) {
        await expectRefusal(read(a, { after }), 'cursor_expired', { reason: 'reset' });
        await expectRefusal(push(a, ['4'], { base: after }), 'cursor_expired', { reason: 'reset' });
      }
    });

    it('as integers do not outlive a reset [P-42]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      await read(a);
      await read(a, { after: 1 });
      await storage.changeLog.reset(scope, createEpoch(), now);
      await push(b, ['3', '4', '5']);
      expect((await refusalOf(read(a, { after: 2 }))).code).toBe('cursor_expired');
    });

    it('of an epoch that was renewed are `restored`, however they are given [P-47]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      const place = toPlace(await push(b, ['1']));
      const { next } = await read(a);
      await read(a, { after: next });
      const epoch = createEpoch();
      await storage.changeLog.renewEpoch(scope, epoch);
      for (const after of [place, next, 1, presented]) {
        await expectRefusal(read(a, { after }), 'cursor_expired', { reason: 'restored' });
      }
      await expectRefusal(push(a, ['2'], { base: presented }), 'cursor_expired', { reason: 'restored' });
      const again = await read(a);
      expect(rowIds(again)).toEqual(['1']);
      expect(again.next.epoch).toBe(epoch);
      expect(rowIds(await read(a, { after: presented }))).toEqual(['1']);
    });

    it('of a push are proved even for a device that presented none [P-47] [P-48]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      const first = toPlace(await push(a, ['1']));
      expect(rowIds(await read(a, { after: { proof: first } }))).toEqual(['1']);
      const { epoch: _, ...rest } = first;
      const wrong = [
        { ...first, position: 2 },
        { ...first, tag: first.tag + 1 },
        { epoch: createEpoch(), ...rest },
      ];
      for (const proof of wrong) {
        await expectRefusal(read(a, { after: { proof } }), 'cursor_expired', { reason: 'restored' });
        await expectRefusal(push(a, ['2'], { base: { proof } }), 'cursor_expired', { reason: 'restored' });
      }
      await storage.changeLog.reset(scope, createEpoch(), now);
      await push(b, ['3']);
      await expectRefusal(read(a, { after: { proof: first } }), 'cursor_expired', { reason: 'reset' });
    });

    it('of a renewed epoch stay `restored` after a reset, and those that the reset ended are `reset` [P-47]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      const renewed = toPlace(await push(b, ['1']));
      await storage.changeLog.renewEpoch(scope, createEpoch());
      const dropped = toPlace(await push(b, ['2']));
      await storage.changeLog.reset(scope, createEpoch(), now);
      await expectRefusal(read(a, { after: renewed }), 'cursor_expired', { reason: 'restored' });
      await expectRefusal(read(a, { after: dropped }), 'cursor_expired', { reason: 'reset' });
    });

    it('do not arise when the log was empty at the time of the cursor', async () => {
      const { push, read, a, b } = await openPair(opened());
      const { next } = await read(a);
      await push(b, ['1']);
      expect(rowIds(await read(a, { after: next }))).toEqual(['1']);
    });
  });
};
