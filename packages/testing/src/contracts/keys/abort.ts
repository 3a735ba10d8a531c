import type { Scope, Storage } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { beginRotation, putKey, rotate, rotationEntries } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createScope, newChange, now } from '../samples.js';

const abort = async (storage: Storage, scope: Scope, limit: number) => {
  for (let step = 1; step <= 100; step++) {
    const answer = await storage.keyStore.abortRotation(scope, limit, now);
    if (answer.done) return { ...answer, steps: step };
  }
  throw new Error('the abort does not end');
};

export const describeAbort = (opened: Opened): void => {
  describe('abort of a rotation', () => {
    it('puts every replaced text and its key version back [P-65]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      const key = await storage.keyStore.get(scope);
      await push(a, ['1', '2', newChange('3', { data: null }), newChange('4', { op: 'delete' })]);
      const { changes: before } = await read(b);
      const { bytesUsed } = await storage.changeLog.status(scope, now);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1, 4], 'a longer text than before');
      expect(await abort(storage, scope, 100)).toMatchObject({ keyVersion: 1 });
      expect((await read(b)).changes).toEqual(before);
      expect((await storage.changeLog.status(scope, now)).bytesUsed).toBe(bytesUsed);
      expect(await storage.keyStore.get(scope)).toEqual(key);
    });

    it('goes in bounded steps, and the first one stops rotation and completion [P-65]', async () => {
      const { push, read, storage, other, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2', '3', '4', '5']);
      const { changes: before } = await read(b);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1, 2, 3, 4, 5]);
      expect(await storage.keyStore.abortRotation(scope, 1, now)).toMatchObject({ done: false });
      await expectRefusal(rotate(storage, scope, [1]), 'no_rotation');
      await expectRefusal(other.keyStore.completeRotation(scope, now), 'no_rotation');
      await expectRefusal(putKey(storage, scope), 'rotation_in_progress');
      await expectRefusal(beginRotation(storage, scope), 'rotation_in_progress');
      const { steps } = await abort(other, scope, 1);
      expect(steps).toBeGreaterThanOrEqual(4);
      expect((await read(b)).changes).toEqual(before);
    });

    it('keeps text and version of a push under the target that came meanwhile [P-65]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1']);
      await beginRotation(storage, scope);
      await push(a, ['2'], { keyVersion: 2 });
      await rotate(storage, scope, [1, 2]);
      await abort(storage, scope, 100);
      expect((await read(b)).changes).toMatchObject([
        { data: 'data of 1', keyVersion: 1 },
        { data: 'data of 2', keyVersion: 2 },
      ]);
      expect(await beginRotation(storage, scope)).toEqual({ keyVersion: 3, remaining: 2 });
      expect((await rotationEntries(storage, scope)).entries).toHaveLength(2);
    });

    it('puts the version back that was null [P-65]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await push(a, ['1']);
      await rotate(storage, scope, [1]);
      await abort(storage, scope, 100);
      expect((await read(b)).changes).toMatchObject([{ data: 'data of 1', keyVersion: null }]);
    });

    it('undoes that an entry was declared unreadable [P-65]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1']);
      await beginRotation(storage, scope);
      const entries = [{ position: 1, data: null }];
      await storage.keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });
      await abort(storage, scope, 100);
      expect(await beginRotation(storage, scope)).toEqual({ keyVersion: 3, remaining: 1 });
      await expectRefusal(storage.keyStore.completeRotation(scope, now), 'rotation_incomplete', { remaining: 1 });
    });

    it('puts back the text of its own rotation, not of an earlier one [P-65]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1', '2']);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1, 2], 'second');
      await storage.keyStore.completeRotation(scope, now);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1], 'third');
      expect(await abort(storage, scope, 100)).toMatchObject({ keyVersion: 2 });
      expect((await read(b)).changes).toMatchObject([
        { data: 'second 1', keyVersion: 2 },
        { data: 'second 2', keyVersion: 2 },
      ]);
    });

    it('is refused when no rotation runs [P-66]', async () => {
      const { storage, scope } = await openPair(opened());
      await expectRefusal(storage.keyStore.abortRotation(createScope(), 100, now), 'no_rotation');
      await putKey(storage, scope);
      await expectRefusal(storage.keyStore.abortRotation(scope, 100, now), 'no_rotation');
      await beginRotation(storage, scope);
      await abort(storage, scope, 100);
      await expectRefusal(storage.keyStore.abortRotation(scope, 100, now), 'no_rotation');
    });
  });
};
