import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, now } from '../samples.js';

export const describeKeyVersions = (opened: Opened): void => {
  describe('key versions of a batch', () => {
    it('takes the version that the first key will get before there is a key, and no other [P-39]', async () => {
      const { push, read, a, b } = await openPair(opened());
      await push(a, ['1'], { keyVersion: 1 });
      await expectRefusal(push(a, ['2'], { keyVersion: 2 }), 'stale_key_version');
      expect((await read(b)).changes).toMatchObject([{ keyVersion: 1 }]);
    });

    it('takes the current version and names it when it refuses another [P-39]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await push(a, ['1'], { keyVersion: 1 });
      for (const keyVersion of [2, 3, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
        await expectRefusal(push(a, ['2'], { keyVersion }), 'stale_key_version', { key_version: 1 });
      }
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(1);
    });

    it('takes the current version and the target while a rotation runs [P-39]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await push(a, ['1'], { keyVersion: 1 });
      await push(a, ['2'], { keyVersion: 2 });
      await expectRefusal(push(a, ['3'], { keyVersion: 3 }), 'stale_key_version', { key_version: 1 });
      expect((await read(b)).changes).toMatchObject([{ keyVersion: 1 }, { keyVersion: 2 }]);
    });

    it('refuses the old version once a rotation is complete [P-64]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await storage.keyStore.completeRotation(scope, now);
      await expectRefusal(push(a, ['1'], { keyVersion: 1 }), 'stale_key_version', { key_version: 2 });
      await push(a, ['1'], { keyVersion: 2 });
    });

    it('refuses the target once a rotation was aborted [P-65]', async () => {
      const { push, storage, scope, a } = await openPair(opened());
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await storage.keyStore.abortRotation(scope, 100, now);
      await expectRefusal(push(a, ['1'], { keyVersion: 2 }), 'stale_key_version', { key_version: 1 });
    });

    it('stores a batch that names no version as the current one as long as no rotation was ever begun [P-61]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(a, ['1']);
      await putKey(storage, scope);
      await push(a, ['2']);
      await beginRotation(storage, scope);
      await push(a, ['3']);
      await storage.keyStore.abortRotation(scope, 100, now);
      await push(a, ['4']);
      expect((await read(b)).changes.map(({ keyVersion }) => keyVersion)).toEqual([1, 1, null, null]);
    });

    it('goes on from the last version given out after a reset [P-69]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      expect(await storage.changeLog.reset(scope, createEpoch(), now)).toBe(2);
      await expectRefusal(push(a, ['1'], { keyVersion: 2 }), 'stale_key_version');
      await push(a, ['1'], { keyVersion: 3 });
      await push(a, ['2']);
      expect((await read(b)).changes.map(({ keyVersion }) => keyVersion)).toEqual([3, 3]);
      expect(await putKey(storage, scope)).toMatchObject({ keyVersion: 3 });
    });
  });
};
