import { noEpoch } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { beginRotation, newEnvelope, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { expectRefusal, refusalOf } from '../refusal.js';
import { createEpoch, createScope, now } from '../samples.js';

const unconditional = { absent: false, etags: null, keyVersion: null };

export const describeEnvelope = (opened: Opened): void => {
  describe('the envelope', () => {
    it('is null before any was put', async () => {
      expect(await opened().storage.keyStore.get(createScope())).toBeNull();
    });

    it('gets version 1 and is answered byte for byte with its tag [P-55]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const envelope = 'é'.repeat(4096);
      const etag = crypto.randomUUID();
      expect(await putKey(storage, scope, { envelope, etag })).toEqual({ keyVersion: 1, etag });
      expect(await other.keyStore.get(scope)).toEqual({ envelope, etag, keyVersion: 1, rotation: null });
    });

    it('makes the log of the scope when there is none', async () => {
      const { storage } = opened();
      const scope = createScope();
      const freshEpoch = createEpoch();
      await putKey(storage, scope, { freshEpoch });
      const { head } = await storage.changeLog.status(scope, now);
      expect(head).toEqual({ epoch: freshEpoch, position: 0, tag: 0, floor: 0 });
      expect(head.epoch).not.toBe(noEpoch);
    });

    it('is refused when a guard does not hold, and makes no log then [P-92]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const guard = { kind: 'contract-app', key: crypto.randomUUID() };
      const missing = putKey(storage, scope, { guards: [{ ...guard, condition: 'present' }] });
      await expectRefusal(missing, 'invalid_token');
      expect((await storage.changeLog.status(scope, now)).head.epoch).toBe(noEpoch);
      await putKey(storage, scope, { guards: [{ ...guard, condition: 'absent' }] });
    });

    it('is replaced without a new version, and with a new tag [P-55]', async () => {
      const { storage } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      const [envelope, etag] = [newEnvelope(), crypto.randomUUID()];
      expect(await putKey(storage, scope, { envelope, etag })).toEqual({ keyVersion: 1, etag });
      expect(await storage.keyStore.get(scope)).toEqual({ envelope, etag, keyVersion: 1, rotation: null });
    });

    it('is refused when it must be absent and is not [P-56]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const condition = { ...unconditional, absent: true };
      await putKey(storage, scope, { condition });
      const before = await storage.keyStore.get(scope);
      await expectRefusal(putKey(storage, scope, { condition }), 'precondition_failed');
      expect(await storage.keyStore.get(scope)).toEqual(before);
      expect(await storage.keyStore.history(scope)).toEqual([]);
    });

    it('is refused when its tag is not among those named, or there is none [P-56]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const missing = { ...unconditional, etags: ['x'] };
      await expectRefusal(putKey(storage, scope, { condition: missing }), 'precondition_failed');
      const { etag } = await putKey(storage, scope);
      await expectRefusal(putKey(storage, scope, { condition: missing }), 'precondition_failed');
      await expectRefusal(putKey(storage, scope, { condition: { ...missing, etags: [] } }), 'precondition_failed');
      expect(await putKey(storage, scope, { condition: { ...missing, etags: ['x', etag] } })).toMatchObject({
        keyVersion: 1,
      });
      await expectRefusal(putKey(storage, scope, { condition: { ...missing, etags: [etag] } }), 'precondition_failed');
    });

    it('is refused under another version than the current one, which the refusal names [P-57]', async () => {
      const { storage } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      const condition = { ...unconditional, keyVersion: 2 };
      await expectRefusal(putKey(storage, scope, { condition }), 'stale_key_version', { key_version: 1 });
      expect(await putKey(storage, scope, { condition: { ...condition, keyVersion: 1 } })).toMatchObject({
        keyVersion: 1,
      });
    });

    it('is refused while a rotation runs [P-55]', async () => {
      const { storage } = opened();
      const scope = createScope();
      await putKey(storage, scope);
      await beginRotation(storage, scope);
      await expectRefusal(putKey(storage, scope), 'rotation_in_progress');
      await storage.keyStore.completeRotation(scope, now);
      expect(await putKey(storage, scope)).toMatchObject({ keyVersion: 2 });
    });

    it('is stored once when several devices put the first one at the same time [P-56]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const condition = { ...unconditional, absent: true };
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, index) => {
          const put = putKey(index % 2 === 0 ? storage : other, scope, { condition });
          return put.then(
            ({ etag }) => etag,
            async () => (await refusalOf(put)).code,
          );
        }),
      );
      const stored = await storage.keyStore.get(scope);
      expect(outcomes.filter((outcome) => outcome === 'precondition_failed')).toHaveLength(5);
      expect(outcomes).toContain(stored?.etag);
    });
  });
};
