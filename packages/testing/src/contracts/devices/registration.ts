import { limits } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import type { Opened } from '../opened-storage.js';
import { expectRefusal } from '../refusal.js';
import { createEpoch, createScope, newDevice, now, register } from '../samples.js';

export const describeRegistration = (opened: Opened): void => {
  describe('register', () => {
    it('makes a device as it was given [P-22]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const device = newDevice({ name: "Alice's \u{1F4BB}", platform: 'macos', installationId: 'installation' });
      const { id, name, platform, installationId } = device;
      const answer = await storage.deviceStore.register(scope, device);
      const made = { id, name, platform, installationId, createdAt: now, lastSeenAt: now, lastPush: 0, presented: 0 };
      expect(answer).toEqual({ device: made, created: true });
      expect(await other.deviceStore.get(scope, id)).toEqual(made);
      expect(await other.deviceStore.list(scope)).toEqual([made]);
    });

    it('finds the device of the same name among those without an installation id and refreshes it [P-20]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const made = await register(storage, scope, { name: 'laptop', platform: 'linux' });
      const again = newDevice({ name: 'laptop', platform: 'windows', now: now + 5 });
      expect(await other.deviceStore.register(scope, again)).toEqual({
        device: { ...made, platform: 'windows', lastSeenAt: now + 5 },
        created: false,
      });
      const installed = newDevice({ name: 'laptop', installationId: 'x' });
      expect(await storage.deviceStore.register(scope, installed)).toMatchObject({ created: true });
      const byName = newDevice({ name: 'laptop' });
      expect(await storage.deviceStore.register(scope, byName)).toMatchObject({
        device: { id: made.id },
        created: false,
      });
      expect(await storage.deviceStore.list(scope)).toHaveLength(2);
    });

    it('finds the device of the same installation id and gives it the new name [P-21]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const made = await register(storage, scope, { name: 'old', installationId: 'x' });
      const again = newDevice({ name: 'new', platform: 'ios', installationId: 'x', now: now + 5 });
      expect(await storage.deviceStore.register(scope, again)).toEqual({
        device: { ...made, name: 'new', platform: 'ios', lastSeenAt: now + 5 },
        created: false,
      });
      const twin = newDevice({ name: 'new', installationId: 'y' });
      expect(await storage.deviceStore.register(scope, twin)).toMatchObject({ created: true });
    });

    it('compares names and installation ids by their bytes [P-3]', async () => {
      const { storage } = opened();
      const scope = createScope();
      for (const text of ['Laptop', 'laptop', 'laptop\u00E9', 'laptope\u0301', 'lap top']) {
        expect(await storage.deviceStore.register(scope, newDevice({ name: text }))).toMatchObject({ created: true });
        const installed = newDevice({ installationId: text });
        expect(await storage.deviceStore.register(scope, installed)).toMatchObject({ created: true });
      }
    });

    it('makes one device of many calls at once [P-20]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      for (const identity of [{ name: 'twin' }, { name: 'other', installationId: 'twin' }]) {
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            (index % 2 === 0 ? storage : other).deviceStore.register(scope, newDevice(identity)),
          ),
        );
        expect(new Set(answers.map(({ device }) => device.id)).size).toBe(1);
        expect(answers.filter(({ created }) => created)).toHaveLength(1);
      }
      expect(await storage.deviceStore.list(scope)).toHaveLength(2);
    });

    it('makes no more than the bound, however many come at once; removed ones do not count [P-20]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const identity = (index: number) => ({
        name: `device ${index}`,
        installationId: index % 2 === 0 ? null : `installation ${index}`,
      });
      const first = await register(storage, scope, identity(0));
      const rest = Array.from({ length: limits.devicesPerUser - 2 }, (_, index) => identity(index + 1));
      await Promise.all(rest.map((device) => register(storage, scope, device)));
      const late = await Promise.allSettled(
        Array.from({ length: 6 }, (_, index) => register(index % 2 === 0 ? storage : other, scope)),
      );
      const refused = late.filter((outcome) => outcome.status === 'rejected');
      expect(refused.map(({ reason }) => reason.code)).toEqual(Array(5).fill('too_many_devices'));
      await expectRefusal(register(storage, scope, { installationId: 'one more' }), 'too_many_devices');
      for (const index of [0, 1]) {
        const known = await other.deviceStore.register(scope, newDevice(identity(index)));
        expect(known.created).toBe(false);
      }
      expect(await storage.deviceStore.list(scope)).toHaveLength(limits.devicesPerUser);
      await register(storage, { ...scope, appId: crypto.randomUUID() });
      await storage.deviceStore.remove(scope, first.id);
      await register(storage, scope, { installationId: 'in its place' });
      await expectRefusal(register(other, scope, identity(0)), 'too_many_devices');
    });

    it('keeps users and apps apart [P-7]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const made = await register(storage, scope, { name: 'laptop' });
      for (const foreign of [
        { ...scope, userId: crypto.randomUUID() },
        { ...scope, appId: crypto.randomUUID() },
      ]) {
        const answer = await storage.deviceStore.register(foreign, newDevice({ name: 'laptop' }));
        expect(answer.created).toBe(true);
        expect(await storage.deviceStore.list(foreign)).toEqual([answer.device]);
        expect(await storage.deviceStore.get(foreign, made.id)).toBeNull();
      }
      expect(await storage.deviceStore.list(scope)).toEqual([made]);
    });

    it('lists in order of creation, then id [P-22]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const ids = ['b', 'c', 'a'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`);
      for (const id of ids) await register(storage, scope, { id, now: now + 10 });
      const oldest = await register(storage, scope, { now });
      const newest = await register(storage, scope, { now: now + 20 });
      const listed = (await storage.deviceStore.list(scope)).map(({ id }) => id);
      expect(listed).toEqual([oldest.id, ...ids.toSorted(), newest.id]);
    });

    it('answers nothing for a scope without devices', async () => {
      const { storage } = opened();
      expect(await storage.deviceStore.list(createScope())).toEqual([]);
      expect(await storage.deviceStore.get(createScope(), crypto.randomUUID())).toBeNull();
    });

    it('gives the log of the scope its epoch once', async () => {
      const { storage } = opened();
      const scope = createScope();
      const freshEpoch = createEpoch();
      await register(storage, scope, { freshEpoch });
      await register(storage, scope);
      expect((await storage.changeLog.status(scope, now)).head.epoch).toBe(freshEpoch);
    });

    it('refuses when a guard does not hold, and leaves nothing behind [P-92]', async () => {
      const { storage } = opened();
      const scope = createScope();
      const key = crypto.randomUUID();
      const present = { kind: 'contract-app', key, condition: 'present' } as const;
      const absent = { kind: 'contract-app', key, condition: 'absent' } as const;
      await expectRefusal(register(storage, scope, { guards: [absent, present] }), 'invalid_token');
      expect(await storage.deviceStore.list(scope)).toEqual([]);
      await register(storage, scope, { name: 'laptop', guards: [absent] });
      const put = { ...absent, write: 'put', value: {}, expiresAt: null, unique: {}, indexes: {} } as const;
      await storage.records.transact([put], now);
      await register(storage, scope, { name: 'laptop', guards: [present] });
      await expectRefusal(register(storage, scope, { name: 'laptop', guards: [absent] }), 'invalid_token');
    });
  });
};
