import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { createScope, newDevice, register } from '../samples.js';

export const describeRenaming = (opened: Opened): void => {
  describe('rename', () => {
    it('changes the name and nothing else [P-23]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const device = await register(storage, scope, { name: 'old', installationId: 'x' });
      expect(await storage.deviceStore.rename(scope, device.id, 'new')).toEqual({ ...device, name: 'new' });
      expect(await other.deviceStore.get(scope, device.id)).toEqual({ ...device, name: 'new' });
    });

    it('answers null for a device that the scope does not have [P-23]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const device = await register(storage, scope, { name: 'old' });
      expect(await storage.deviceStore.rename(scope, crypto.randomUUID(), 'new')).toBeNull();
      expect(await storage.deviceStore.rename(createScope(), device.id, 'new')).toBeNull();
      expect(await storage.deviceStore.get(scope, device.id)).toEqual(device);
    });

    it('moves the identity of a device without an installation id to its new name [P-23]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const device = await register(storage, scope, { name: 'old' });
      await storage.deviceStore.rename(scope, device.id, 'new');
      const byNew = await storage.deviceStore.register(scope, newDevice({ name: 'new' }));
      expect(byNew).toMatchObject({ device: { id: device.id }, created: false });
      expect(await storage.deviceStore.register(scope, newDevice({ name: 'old' }))).toMatchObject({ created: true });
    });

    it('keeps both devices when the new name is taken, the renamed one with its id as installation id [P-23]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const holder = await register(storage, scope, { name: 'taken' });
      const device = await register(storage, scope, { name: 'free' });
      const renamed = { ...device, name: 'taken', installationId: device.id };
      expect(await storage.deviceStore.rename(scope, device.id, 'taken')).toEqual(renamed);
      expect(await storage.deviceStore.list(scope)).toEqual(expect.arrayContaining([holder, renamed]));
      const byName = await storage.deviceStore.register(scope, newDevice({ name: 'taken' }));
      expect(byName).toMatchObject({ device: { id: holder.id }, created: false });
    });

    it('to its own name changes nothing', async () => {
      const { storage } = opened();
      const scope = createScope();
      const device = await register(storage, scope, { name: 'same' });
      expect(await storage.deviceStore.rename(scope, device.id, 'same')).toEqual(device);
    });
  });
};
