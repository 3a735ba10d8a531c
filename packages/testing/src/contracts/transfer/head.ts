import { describe, expect, it } from 'vitest';
import { beginRotation, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createScope, now } from '../samples.js';
import { openFullScope } from './samples.js';

export const describeHead = (opened: Opened): void => {
  describe('head', () => {
    it('has log, keys and registered devices of a scope, and null for none', async () => {
      const { storage, other, scope, a, b, removed } = await openFullScope(opened());
      const head = await other.transfer.head(scope);
      const { head: log } = await storage.changeLog.status(scope, now);
      expect(log.position).toBe(6);
      const keys = await storage.keyStore.get(scope);
      const [past] = await storage.keyStore.history(scope);
      expect(head).toMatchObject({
        log,
        key: { envelope: keys?.envelope, etag: keys?.etag, keyVersion: 1 },
        rotation: { envelope: keys?.rotation?.envelope, keyVersion: 2, isAborting: false },
        history: [past],
        lastKeyVersion: 2,
        wasRotated: true,
      });
      const [signal] = await storage.changeLog.signals([scope]);
      expect(head?.keyRevision).toBe(signal?.keyRevision);
      const devices = await storage.deviceStore.list(scope);
      expect(
        head?.devices.map(({ presented, session: _, ...device }) => ({
          ...device,
          presented: presented?.position ?? 0,
        })),
      ).toEqual(devices);
      expect(head?.devices.map(({ id }) => id)).not.toContain(removed);
      expect(head?.devices.find(({ id }) => id === a)).toMatchObject({ presented: null, session: null, lastPush: 6 });
      const { epoch } = log;
      const reader = head?.devices.find(({ id }) => id === b);
      expect(reader).toMatchObject({ lastPush: 5, presented: { epoch, own: 5, floor: 0 } });
      expect(head?.devices.find(({ name }) => name === 'installed')).toMatchObject({
        installationId: 'installation',
        platform: 'web',
        session: 's',
      });
      expect(await storage.transfer.head(createScope())).toBeNull();
    });

    it('says whether the rotation aborts, and orders past envelopes oldest first', async () => {
      const { storage, scope, push, a } = await openPair(opened());
      await push(a, ['1', '2', '3']);
      for (const envelope of ['first', 'second', 'third']) await putKey(storage, scope, { envelope });
      await beginRotation(storage, scope);
      const entries = [1, 2, 3].map((position) => ({ position, data: 'x' }));
      await storage.keyStore.rotate(scope, { entries, keyVersion: null, bytesLimit: null, now });
      await storage.keyStore.abortRotation(scope, 1, now);
      const head = await storage.transfer.head(scope);
      expect(head).toMatchObject({ key: { envelope: 'third' }, rotation: { keyVersion: 2, isAborting: true } });
      expect(head?.history.map(({ envelope }) => envelope)).toEqual(['first', 'second']);
      expect(head?.lastKeyVersion).toBe(2);
    });

    it('is null while the scope is being erased', async () => {
      const { storage, scope, push, a } = await openPair(opened());
      await push(a, ['1', '2', '3']);
      await storage.erase(scope, 1);
      expect(await storage.transfer.head(scope)).toBeNull();
      expect(await storage.transfer.read(scope, 'change', { after: null, limit: 10, maxBytes: 1000 })).toEqual([]);
    });
  });
};
