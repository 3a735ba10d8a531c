import { describe, expect, it } from 'vitest';
import { beginRotation, newEnvelope, putKey, rotate, rotationEntries } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createScope, newChange, now } from '../samples.js';

export const describeComplete = (opened: Opened): void => {
  describe('completion of a rotation', () => {
    it('makes the target the current key [P-64]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', newChange('2', { data: null })]);
      const envelope = newEnvelope();
      const etag = crypto.randomUUID();
      await beginRotation(storage, scope, { envelope, etag });
      await rotate(storage, scope, [1]);
      expect(await storage.keyStore.completeRotation(scope, now)).toEqual({ keyVersion: 2, unreadable: 0 });
      expect(await other.keyStore.get(scope)).toEqual({ envelope, etag, keyVersion: 2, rotation: null });
      await expectRefusal(storage.keyStore.completeRotation(scope, now), 'no_rotation');
    });

    it('is refused while entries remain, pushes that came meanwhile too, and says how many [P-64]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      await beginRotation(storage, scope);
      await push(a, ['3']);
      await expectRefusal(storage.keyStore.completeRotation(scope, now), 'rotation_incomplete', { remaining: 3 });
      await rotate(storage, scope, [1, 2]);
      await push(a, ['4'], { keyVersion: 2 });
      await expectRefusal(storage.keyStore.completeRotation(scope, now), 'rotation_incomplete', { remaining: 1 });
      await rotate(storage, scope, [3]);
      expect(await storage.keyStore.completeRotation(scope, now)).toMatchObject({ keyVersion: 2 });
    });

    it('answers how many entries were declared unreadable; they are to be rotated again the next time [P-64]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2', '3']);
      await beginRotation(storage, scope);
      const entries = [
        { position: 1, data: null },
        { position: 3, data: null },
        { position: 2, data: 'new' },
      ];
      await storage.keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });
      expect(await storage.keyStore.completeRotation(scope, now)).toEqual({ keyVersion: 2, unreadable: 2 });
      expect(await beginRotation(storage, scope)).toEqual({ keyVersion: 3, remaining: 3 });
      expect((await rotationEntries(storage, scope)).entries).toMatchObject([
        { position: 1, keyVersion: 1 },
        { position: 2, keyVersion: 2 },
        { position: 3, keyVersion: 1 },
      ]);
    });

    it('keeps the count of stored bytes at what is stored [P-50]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, [newChange('1', { data: 'x'.repeat(50) })]);
      await beginRotation(storage, scope);
      const entries = [{ position: 1, data: 'y'.repeat(30) }];
      await storage.keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });
      await storage.keyStore.completeRotation(scope, now);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(30);
    });

    it('is refused when no rotation runs [P-66]', async () => {
      await expectRefusal(opened().storage.keyStore.completeRotation(createScope(), now), 'no_rotation');
    });

    it('happens once when several devices complete at the same time [P-64]', async () => {
      const { storage, other, scope } = await openPair(opened());
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, (_, index) =>
          (index % 2 === 0 ? storage : other).keyStore.completeRotation(scope, now),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await storage.keyStore.history(scope)).toHaveLength(1);
    });
  });
};
