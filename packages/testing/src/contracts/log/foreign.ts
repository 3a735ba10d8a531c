import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';

export const describeForeign = (opened: Opened): void => {
  describe('hasForeign', () => {
    it('tells whether another device wrote a row after one position and up to another [P-71]', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      await push(a, ['1', '2']);
      await push(b, ['3']);
      await push(a, ['4', '5']);
      const foreign = (deviceId: string, after: number, upTo: number) =>
        storage.changeLog.hasForeign(scope, deviceId, after, upTo);
      expect(await foreign(a, 0, 2)).toBe(false);
      expect(await foreign(a, 0, 3)).toBe(true);
      expect(await foreign(a, 2, 3)).toBe(true);
      expect(await foreign(a, 3, 5)).toBe(false);
      expect(await foreign(b, 2, 3)).toBe(false);
      expect(await foreign(b, 0, 5)).toBe(true);
      expect(await foreign(a, 5, 5)).toBe(false);
    });

    it('is true for a row of a device that was removed', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      await push(b, ['1']);
      await storage.deviceStore.remove(scope, b);
      expect(await storage.changeLog.hasForeign(scope, a, 0, 1)).toBe(true);
    });

    it('is never false behind a long run of own rows', async () => {
      const { push, storage, scope, a, b } = await openPair(opened());
      const rows = Array.from({ length: 500 }, (_, index) => `${index}`);
      for (let round = 0; round < 5; round++) await push(a, rows);
      await push(b, ['foreign']);
      expect(await storage.changeLog.hasForeign(scope, a, 0, 2501)).toBe(true);
    });
  });
};
