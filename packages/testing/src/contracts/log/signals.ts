import { noEpoch } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createScope, now } from '../samples.js';

export const describeSignals = (opened: Opened): void => {
  describe('signals', () => {
    it('come in the order asked, also of a scope without a log', async () => {
      const one = await openPair(opened());
      const two = await openPair(opened());
      await one.push(one.a, ['1', '2']);
      await two.push(two.a, ['1']);
      const { changeLog } = one.storage;
      const [first, second] = [
        (await changeLog.status(one.scope, now)).head,
        (await changeLog.status(two.scope, now)).head,
      ];
      const signals = await changeLog.signals([two.scope, createScope(), one.scope]);
      expect(signals.map(({ head }) => head)).toEqual([
        second,
        { epoch: noEpoch, position: 0, tag: 0, floor: 0 },
        first,
      ]);
      expect(signals.map(({ keyVersion }) => keyVersion)).toEqual([0, 0, 0]);
      expect(await changeLog.signals([])).toEqual([]);
    });

    it('can be asked of a thousand scopes at once', async () => {
      const { storage, scope } = await openPair(opened());
      const scopes = Array.from({ length: 1000 }, () => createScope());
      const signals = await storage.changeLog.signals([...scopes, scope]);
      expect(signals).toHaveLength(1001);
      expect(signals[1000]?.head.epoch).toBe((await storage.changeLog.status(scope, now)).head.epoch);
    });

    it('move the key revision with begin, completion and abort, and name the target while a rotation runs [P-66]', async () => {
      const { storage, other, scope } = await openPair(opened());
      const seen: { keyRevision: number; keyVersion: number }[] = [];
      const look = async () => {
        const [signal] = await other.changeLog.signals([scope]);
        if (signal === undefined) throw new Error('no signal for the scope');
        seen.push({ keyRevision: signal.keyRevision, keyVersion: signal.keyVersion });
      };
      await putKey(storage, scope);
      await look();
      await beginRotation(storage, scope);
      await look();
      await storage.keyStore.completeRotation(scope, now);
      await look();
      await beginRotation(storage, scope);
      await look();
      await storage.keyStore.abortRotation(scope, 100, now);
      await look();
      expect(seen.map(({ keyVersion }) => keyVersion)).toEqual([1, 2, 2, 3, 2]);
      for (let index = 1; index < seen.length; index++) {
        expect(seen[index]?.keyRevision).not.toBe(seen[index - 1]?.keyRevision);
      }
    });
  });
};
