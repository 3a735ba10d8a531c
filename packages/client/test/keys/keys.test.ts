import { describe, expect, test } from 'vitest';
import { createRecoveryCode } from '../../src/crypto/index.js';
import { intercept } from '../world/intercept.js';
import { createMemoryOfKeys, openKeyWorld } from './key-world.js';

const passphrase = 'correct horse';

describe('setting up', () => {
  test('makes a key that another device opens by the passphrase or the recovery code [P-55]', async () => {
    const { openDevice } = await openKeyWorld();
    const first = await openDevice();
    expect(await first.keys.refresh()).toBe(false);
    expect(first.keys.state).toEqual({ kind: 'absent' });
    const recoveryCode = createRecoveryCode();
    await first.keys.setUp({ passphrase, recoveryCode });
    expect(first.keys.state).toMatchObject({ kind: 'open', hasRecoveryCode: true, isRotating: false });
    await first.write('a');

    const second = await openDevice();
    expect(await second.keys.refresh()).toBe(false);
    expect(second.keys.state).toEqual({ kind: 'locked', hasRecoveryCode: true });
    await expect(second.keys.unlock({ passphrase: 'wrong' })).rejects.toMatchObject({ code: 'wrong_passphrase' });
    await second.keys.unlock({ passphrase });
    expect(await second.read()).toEqual(new Map([['a', 'text of a']]));

    const third = await openDevice();
    await third.keys.unlock({ recoveryCode });
    expect(await third.read()).toEqual(new Map([['a', 'text of a']]));
  });

  test('on two first devices at once makes one key, and the slower is told [P-56]', async () => {
    const { openDevice } = await openKeyWorld();
    const devices = await Promise.all([openDevice(), openDevice(), openDevice()]);
    const results = await Promise.allSettled(
      devices.map(({ keys }, n) => keys.setUp({ passphrase: `passphrase ${n}`, recoveryCode: null })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    for (const [n, device] of devices.entries()) {
      if (n === winner) continue;
      expect(results[n]).toMatchObject({ reason: { code: 'already_set_up' } });
      await device.keys.unlock({ passphrase: `passphrase ${winner}` });
      await device.write(`of ${n}`);
    }
    expect([...(await (devices[winner] ?? devices[0]).read()).values()].sort()).toEqual(
      [0, 1, 2].filter((n) => n !== winner).map((n) => `text of of ${n}`),
    );
  });

  test('whose answer is lost is done all the same', async () => {
    const { world, openDevice } = await openKeyWorld();
    let lost = 0;
    const fetch = intercept(world.fetch, async ({ path, body, next }) => {
      if (path !== '/keys' || !('encrypted_key' in body) || lost++ > 0) return null;
      await next();
      throw new TypeError('fetch failed');
    });
    const device = await openDevice({ fetch });
    await device.keys.setUp({ passphrase, recoveryCode: null });
    expect(lost).toBe(2);
    const other = await openDevice();
    await other.keys.unlock({ passphrase });
  });
});

describe('a new passphrase', () => {
  test('opens the same key; the old one opens it no more, the recovery code still does', async () => {
    const { openDevice } = await openKeyWorld();
    const device = await openDevice();
    const recoveryCode = createRecoveryCode();
    await device.keys.setUp({ passphrase, recoveryCode });
    await device.write('a');
    await device.keys.changePassphrase('another');
    const other = await openDevice();
    await expect(other.keys.unlock({ passphrase })).rejects.toMatchObject({ code: 'wrong_passphrase' });
    await other.keys.unlock({ recoveryCode });
    await other.keys.unlock({ passphrase: 'another' });
    expect(await other.read()).toEqual(new Map([['a', 'text of a']]));
  });

  test('set on two devices at once wins on one, and the other is told [P-56]', async () => {
    const { openDevice } = await openKeyWorld();
    const [one, two] = await Promise.all([openDevice(), openDevice()]);
    await one.keys.setUp({ passphrase, recoveryCode: null });
    await two.keys.unlock({ passphrase });
    const results = await Promise.allSettled([one.keys.changePassphrase('one'), two.keys.changePassphrase('two')]);
    const winner = results[0].status === 'fulfilled' ? 'one' : 'two';
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'changed_elsewhere' } },
    ]);
    await (await openDevice()).keys.unlock({ passphrase: winner });
  });

  test('is refused while it is locked, and where there is no key', async () => {
    const { openDevice } = await openKeyWorld();
    const [one, two] = await Promise.all([openDevice(), openDevice()]);
    await expect(one.keys.changePassphrase('x')).rejects.toMatchObject({ code: 'not_set_up' });
    await expect(one.keys.unlock({ passphrase })).rejects.toMatchObject({ code: 'not_set_up' });
    await one.keys.setUp({ passphrase, recoveryCode: null });
    await expect(two.keys.changePassphrase('x')).rejects.toMatchObject({ code: 'locked' });
  });

  test('of a recovery code ends the old one', async () => {
    const { openDevice } = await openKeyWorld();
    const device = await openDevice();
    await device.keys.setUp({ passphrase, recoveryCode: null });
    const [old, recoveryCode] = [createRecoveryCode(), createRecoveryCode()];
    await device.keys.changeRecoveryCode(old);
    await device.keys.changeRecoveryCode(recoveryCode);
    const other = await openDevice();
    await expect(other.keys.unlock({ recoveryCode: old })).rejects.toMatchObject({ code: 'wrong_recovery_code' });
    await other.keys.unlock({ recoveryCode });
    await device.keys.changeRecoveryCode(null);
    await expect(other.keys.unlock({ recoveryCode })).rejects.toMatchObject({ code: 'no_recovery_code' });
  });
});

describe('remembering', () => {
  test('opens the keys at the next start without a passphrase, until they are locked', async () => {
    const { openDevice } = await openKeyWorld();
    const memory = createMemoryOfKeys();
    const device = await openDevice({ memory });
    await device.keys.setUp({ passphrase, recoveryCode: null });
    await device.write('a');
    const restarted = await openDevice({ memory });
    expect(await restarted.keys.refresh()).toBe(true);
    expect(await restarted.read()).toEqual(new Map([['a', 'text of a']]));
    await restarted.keys.lock();
    expect(restarted.keys.current()).toBeNull();
    expect(await (await openDevice({ memory })).keys.refresh()).toBe(false);
  });

  test('something else than keys is as good as nothing', async () => {
    const { openDevice } = await openKeyWorld();
    const memory = createMemoryOfKeys();
    const first = await openDevice();
    await first.keys.setUp({ passphrase, recoveryCode: null });
    for (const text of [
      '',
      'junk',
      '{}',
      '{"format":1,"current":[["a","b","c"]],"others":[],"target":null,"version":1,"targetVersion":null}',
    ]) {
      memory.bytes = new TextEncoder().encode(text);
      const device = await openDevice({ memory });
      expect(await device.keys.refresh()).toBe(false);
      expect(device.keys.state.kind).toBe('locked');
    }
  });
});

describe('a server that goes back', () => {
  test('to an older key is refused, and obeyed only when a person says so', async () => {
    const { world, openDevice } = await openKeyWorld();
    let old: Response | null = null;
    const memory = createMemoryOfKeys();
    const fetch = intercept(world.fetch, async ({ path, body }) =>
      path === '/keys' && !('encrypted_key' in body) && old ? old.clone() : null,
    );
    const device = await openDevice({ fetch, memory });
    await device.keys.setUp({ passphrase, recoveryCode: null });
    const { body } = await device.call('getKey');
    await device.keys.rotate({ passphrase, recoveryCode: null });
    old = Response.json(body);
    expect(await device.keys.refresh()).toBe(false);
    expect(device.keys.state).toEqual({ kind: 'refused', reason: 'rolled_back' });
    expect(device.keys.current()).toBeNull();
    // The same old key under a newer number is no better.
    old = Response.json({ ...body, key_version: 3 });
    const restarted = await openDevice({ fetch, memory });
    expect(await restarted.keys.refresh()).toBe(false);
    await expect(restarted.keys.unlock({ passphrase })).rejects.toMatchObject({ code: 'rolled_back' });
    await restarted.keys.unlock({ passphrase }, { acceptChange: true });
    expect(restarted.keys.state.kind).toBe('open');
  });

  test('with something that is no key is refused', async () => {
    const { world, openDevice } = await openKeyWorld();
    let isBad = false;
    const fetch = intercept(world.fetch, ({ path, body }) =>
      isBad && path === '/keys' && !('encrypted_key' in body)
        ? Response.json({ encrypted_key: 'junk', key_version: 1 })
        : null,
    );
    const device = await openDevice({ fetch });
    await device.keys.setUp({ passphrase, recoveryCode: null });
    isBad = true;
    expect(await device.keys.refresh()).toBe(false);
    expect(device.keys.state).toEqual({ kind: 'refused', reason: 'malformed_envelope' });
  });
});

describe('a reset', () => {
  test('drops everything; other devices notice that it is another vault [P-69]', async () => {
    const { world, openDevice } = await openKeyWorld();
    const [one, two] = await Promise.all([openDevice(), openDevice()]);
    await one.keys.setUp({ passphrase, recoveryCode: null });
    await one.write('a');
    await two.keys.unlock({ passphrase });
    await one.keys.reset(world.password);
    expect(one.keys.state).toEqual({ kind: 'absent' });
    expect(await two.keys.refresh()).toBe(false);
    expect(two.keys.state).toEqual({ kind: 'absent' });
    await one.keys.setUp({ passphrase, recoveryCode: null });
    await one.write('b');
    expect(await two.keys.refresh()).toBe(false);
    expect(two.keys.state).toEqual({ kind: 'refused', reason: 'other_vault' });
    await two.keys.unlock({ passphrase }, { acceptChange: true });
    expect(await two.read()).toEqual(new Map([['b', 'text of b']]));
  });
});

test('tells its listeners of what changed, and no more when they left', async () => {
  const { openDevice } = await openKeyWorld();
  const { keys } = await openDevice();
  const heard: string[] = [];
  const leave = keys.onChange(() => heard.push(keys.state.kind));
  await keys.refresh();
  await keys.refresh();
  await keys.setUp({ passphrase, recoveryCode: null });
  await keys.refresh();
  leave();
  await keys.lock();
  expect(heard).toEqual(['absent', 'open']);
});
