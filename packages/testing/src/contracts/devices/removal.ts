import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { openPair } from '../pair.js';
import { createScope, newDevice, now, register } from '../samples.js';

export const describeRemoval = (opened: Opened): void => {
  describe('remove', () => {
    it('answers the session that last registered as the device [P-16]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const name = 'laptop';
      const { id } = await register(storage, scope, { name, session: 'first' });
      await register(storage, scope, { name, session: 'second' });
      expect(await storage.deviceStore.remove(scope, id)).toEqual({ session: 'second' });
      const silent = await register(storage, scope, { name });
      expect(await storage.deviceStore.remove(scope, silent.id)).toEqual({ session: null });
    });

    it('answers undefined for a device that the scope does not have, and removes nothing then [P-24]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const device = await register(storage, scope);
      expect(await storage.deviceStore.remove(scope, crypto.randomUUID())).toBeUndefined();
      expect(await storage.deviceStore.remove(createScope(), device.id)).toBeUndefined();
      expect(await storage.deviceStore.list(scope)).toEqual([device]);
      await storage.deviceStore.remove(scope, device.id);
      expect(await storage.deviceStore.remove(scope, device.id)).toBeUndefined();
      expect(await storage.deviceStore.get(scope, device.id)).toBeNull();
    });

    it('leaves the changes of the device in the log [P-24]', async () => {
      const { push, read, storage, scope, a, b } = await openPair(opened());
      await push(a, ['1', '2']);
      await storage.deviceStore.remove(scope, a);
      expect((await read(b)).changes).toMatchObject([{ deviceId: a }, { deviceId: a }]);
      expect((await storage.changeLog.status(scope, now)).totalChanges).toBe(2);
    });

    it('makes room for a new device of the same identity', async () => {
      const { storage } = opened();
      const scope = createScope();
      const device = await register(storage, scope, { name: 'laptop' });
      await storage.deviceStore.remove(scope, device.id);
      const again = await storage.deviceStore.register(scope, newDevice({ name: 'laptop' }));
      expect(again.created).toBe(true);
      expect(again.device.id).not.toBe(device.id);
      expect(again.device.lastPush).toBe(0);
    });
  });
};
