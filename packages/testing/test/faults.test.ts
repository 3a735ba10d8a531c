import { createMemoryStorage } from '@synckeep/core/memory';
import { withFaults } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';
import { createScope, newDevice } from '../src/contracts/samples.js';

describe('a storage with faults', () => {
  it('holds the next call of a method until it is released', async () => {
    const { storage, hold } = withFaults(createMemoryStorage());
    const scope = createScope();
    const stall = hold('deviceStore', 'register');
    const registered = storage.deviceStore.register(scope, newDevice());
    await stall.reached;
    expect(await storage.deviceStore.list(scope)).toEqual([]);
    stall.release();
    expect(await storage.deviceStore.list(scope)).toEqual([(await registered).device]);
  });

  it('fails once, before or after it happened, as told', async () => {
    const { storage, fail } = withFaults(createMemoryStorage());
    const scope = createScope();
    const lost = new Error('the connection is gone');
    fail('deviceStore', 'register', 'before', lost);
    await expect(storage.deviceStore.register(scope, newDevice({ name: 'one' }))).rejects.toBe(lost);
    expect(await storage.deviceStore.list(scope)).toEqual([]);
    fail('deviceStore', 'register', 'after', lost);
    await expect(storage.deviceStore.register(scope, newDevice({ name: 'one' }))).rejects.toBe(lost);
    expect(await storage.deviceStore.list(scope)).toHaveLength(1);
    expect(await storage.deviceStore.register(scope, newDevice({ name: 'one' }))).toMatchObject({ created: false });
  });
});
