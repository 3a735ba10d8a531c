import { describe, expect, it, vi } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair, rowIds } from '../pair.js';
import { newQuery, now, presented, register } from '../samples.js';

export const describePresentedPlaces = (opened: Opened): void => {
  describe('the place that a device last presented', () => {
    it('is the start before it presented any, with its own changes [P-48]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1']);
      await push(b, ['2']);
      const page = await read(a, { after: presented });
      expect(rowIds(page)).toEqual(['1', '2']);
      expect(page.next).toMatchObject({ position: 2, own: 2 });
    });

    it('is where the last page was read from, not where it ended [P-48]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2', '3']);
      const first = await read(a, { limit: 1 });
      expect(rowIds(await read(a, { after: presented }))).toEqual(['1', '2', '3']);
      await read(a, { after: { ...first.next, own: 0 } });
      expect(rowIds(await read(a, { after: presented }))).toEqual(['2', '3']);
    });

    it('stays where it is when the device itself named no place [P-49]', async () => {
      const { push, read, other, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2', '3']);
      const first = await read(a, { limit: 1 });
      const second = await read(a, { after: first.next, limit: 1, isPresented: false });
      expect(rowIds(second)).toEqual(['2']);
      await read(a, { after: second.next, includeOwn: true, isPresented: false, now: now + 60_000 });
      expect(await other.deviceStore.get(scope, a)).toMatchObject({ presented: 0 });
      expect(rowIds(await read(a, { after: presented }))).toEqual(['1', '2', '3']);
    });

    it('is told with the device', async () => {
      const { push, read, storage, other, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2', '3']);
      const { next } = await read(a, { limit: 2 });
      expect(await storage.deviceStore.get(scope, a)).toMatchObject({ presented: 0 });
      await read(a, { after: { ...next, own: 0 } });
      expect(await other.deviceStore.get(scope, a)).toMatchObject({ presented: 2 });
      expect(await other.deviceStore.get(scope, b)).toMatchObject({ presented: 0 });
    });

    it('is known to the other instance', async () => {
      const { push, read, other, scope, a, b } = await openPair(opened());
      await push(b, ['1', '2', '3']);
      const { next } = await read(a, { limit: 2 });
      await read(a, { after: { ...next, own: 0 } });
      const page = await other.changeLog.read(scope, newQuery(a, { after: presented }));
      expect(rowIds(page)).toEqual(['3']);
    });

    it('comes with the own marker that goes on', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1']);
      await push(b, ['2']);
      await read(a, { limit: 1 });
      await push(a, ['3']);
      await push(b, ['4']);
      const page = await read(a, { after: presented });
      expect(rowIds(page)).toEqual(['1', '2', '4']);
      expect(page.next.own).toBe(2);
      const after = page.next;
      await read(a, { after, includeOwn: true });
      await push(a, ['5']);
      await push(b, ['6']);
      expect((await read(a, { after: presented })).next.own).toBe(4);
    });

    it('goes back at once when a lower place is presented', async () => {
      const { push, read, other, scope, a, b } = await openPair(opened());
      const { next: start } = await read(a);
      await push(b, ['1', '2', '3']);
      const { next } = await read(a, { after: start, limit: 2 });
      await read(a, { after: next, now: now + 60_000 });
      await read(a, { after: start, now: now + 60_000 });
      const page = await other.changeLog.read(scope, newQuery(a, { after: presented, now: now + 60_000 }));
      expect(rowIds(page)).toEqual(['1', '2', '3']);
    });

    it('goes forward, though it may lag [P-48]', async () => {
      const { push, read, other, scope, a, b } = await openPair(opened());
      const { next: start } = await read(a);
      await push(b, ['1', '2', '3']);
      const { next } = await read(a, { after: start, limit: 2 });
      let moment = now;
      await vi.waitFor(
        async () => {
          moment += 2000;
          await read(a, { after: next, now: moment });
          const page = await other.changeLog.read(scope, newQuery(a, { after: presented, now: moment }));
          expect(rowIds(page)).toEqual(['3']);
        },
        { timeout: 3000, interval: 100 },
      );
    });

    it('never leads: no place is presented that the device did not present [P-48]', async () => {
      const { push, read, other, scope, a, b } = await openPair(opened());
      const { next: start } = await read(a);
      let presented = start;
      let after = start;
      for (let round = 1; round <= 10; round++) {
        await push(b, [`${round}`]);
        presented = after;
        ({ next: after } = await read(a, { after, now: now + round * 700 }));
        const page = await other.changeLog.read(scope, newQuery(a, { after: presented, now: now + round * 700 }));
        expect(page.changes[0]?.position).toBeLessThanOrEqual(presented.position + 1);
      }
    });

    it('is not moved by reading from it, but takes the own marker that goes on', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      await read(a, { limit: 1 });
      await push(a, ['3']);
      const page = await read(a, { after: presented });
      expect(rowIds(page)).toEqual(['1', '2']);
      expect(page.next.own).toBe(2);
      for (let round = 1; round <= 3; round++) {
        const again = await read(a, { after: presented, includeOwn: round === 1, now: now + round * 10_000 });
        expect(rowIds(again)).toEqual(['1', '2', '3']);
        expect(again.next.own).toBe(3);
      }
    });

    it('is the start once a device that never presented any read from it, so that an integer goes on [P-42] [P-48]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1', '2']);
      await push(b, ['3']);
      const page = await read(a, { after: presented, limit: 1 });
      expect(rowIds(page)).toEqual(['1']);
      await push(a, ['4']);
      await push(b, ['5']);
      expect(rowIds(await read(a, { after: page.next.position }))).toEqual(['2', '3', '5']);
    });

    it.each([
      ['goes back to the start when a device is found again by its name alone [P-20] [P-48]', null, ['1', '2', '3']],
      ['stays where it is when a device is found again by its installation id [P-21]', 'installation', ['3']],
    ])('%s', async (_, installationId, expected) => {
      const { push, read, storage, other, scope, b } = await openPair(opened());
      const device = { name: 'laptop', installationId };
      const { id } = await register(storage, scope, device);
      await push(id, ['1']);
      await push(b, ['2']);
      const { next } = await read(id);
      await push(b, ['3']);
      await read(id, { after: next, now: now + 10_000 });
      expect((await register(other, scope, device)).id).toBe(id);
      expect(rowIds(await read(id, { after: presented }))).toEqual(expected);
    });

    it('is kept for each device apart', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      const { next } = await read(a);
      await read(a, { after: { ...next, own: 0 } });
      expect(rowIds(await read(a, { after: presented }))).toEqual([]);
      expect(rowIds(await read(b, { after: presented }))).toEqual(['1', '2']);
    });

    it('is not moved by a read that is refused', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(b, ['1', '2']);
      const { next } = await read(a, { limit: 1 });
      await expect(read(a, { after: { ...next, epoch: 'f'.repeat(16) } })).rejects.toThrow();
      await expect(read(a, { after: { ...next, position: 9 } })).rejects.toThrow();
      expect(rowIds(await read(a, { after: presented }))).toEqual(['1', '2']);
    });

    it('gives an integer position its marker [P-42]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1', '2', '3']);
      await read(a, { limit: 1 });
      await push(a, ['4']);
      await push(b, ['5']);
      expect(rowIds(await read(a, { after: 1 }))).toEqual(['2', '3', '5']);
    });
  });
};
