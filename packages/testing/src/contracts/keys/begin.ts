import { describe, expect, it } from 'vitest';
import { beginRotation, newEnvelope, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createScope, newChange, now } from '../samples.js';

export const describeBegin = (opened: Opened): void => {
  describe('begin of a rotation', () => {
    it('answers the next version and how many entries with data are not under it [P-60]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, [
        '1',
        newChange('2', { data: null }),
        newChange('3', { op: 'delete' }),
        newChange('4', { data: '' }),
      ]);
      const envelope = newEnvelope();
      expect(await beginRotation(storage, scope, { envelope })).toEqual({ keyVersion: 2, remaining: 3 });
      const keys = await other.keyStore.get(scope);
      expect(keys).toMatchObject({ keyVersion: 1, rotation: { envelope, keyVersion: 2 } });
    });

    it('is refused without an envelope [P-60]', async () => {
      await expectRefusal(beginRotation(opened().storage, createScope()), 'key_not_found');
    });

    it('answers the running one for the same envelope [P-60]', async () => {
      const { push, storage, other, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1']);
      const envelope = newEnvelope();
      await beginRotation(storage, scope, { envelope });
      await push(a, ['2']);
      expect(await beginRotation(other, scope, { envelope })).toEqual({ keyVersion: 2, remaining: 2 });
    });

    it('is refused with another envelope while one runs [P-60]', async () => {
      const { storage } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await expectRefusal(beginRotation(storage, scope), 'rotation_in_progress');
    });

    it('is refused under another version than the current one, which the refusal names [P-57]', async () => {
      const { storage } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      await expectRefusal(beginRotation(storage, scope, { keyVersion: 2 }), 'stale_key_version', { key_version: 1 });
      expect(await storage.keyStore.get(scope)).toMatchObject({ rotation: null });
      expect(await beginRotation(storage, scope, { keyVersion: 1 })).toMatchObject({ keyVersion: 2 });
    });

    it('counts versions up, also after an abort [P-65]', async () => {
      const { storage } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      expect(await beginRotation(storage, scope)).toMatchObject({ keyVersion: 2 });
      await storage.keyStore.abortRotation(scope, 100, now);
      expect(await beginRotation(storage, scope)).toMatchObject({ keyVersion: 3 });
      expect(await storage.keyStore.completeRotation(scope, now)).toMatchObject({ keyVersion: 3 });
      expect(await beginRotation(storage, scope)).toMatchObject({ keyVersion: 4 });
    });

    it('happens once when several devices begin at the same time [P-60]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 6 }, (_, index) => beginRotation(index % 2 === 0 ? storage : other, scope)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await storage.keyStore.get(scope)).toMatchObject({ keyVersion: 1, rotation: { keyVersion: 2 } });
    });
  });
};
