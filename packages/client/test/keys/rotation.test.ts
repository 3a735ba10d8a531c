import { describe, expect, test } from 'vitest';
import { createRecoveryCode } from '../../src/crypto/index.js';
import type { RotationProgress, RotationResult } from '../../src/keys/index.js';
import { intercept } from '../world/intercept.js';
import { createMemoryOfKeys, type KeyDevice, openKeyWorld } from './key-world.js';

const passphrase = 'correct horse';
const rowsOf = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
const textsOf = (rowIds: readonly string[]): Map<string, string> =>
  new Map(rowIds.map((rowId) => [rowId, `text of ${rowId}`]));

const writeMany = async (device: KeyDevice, rowIds: readonly string[]): Promise<void> => {
  for (let at = 0; at < rowIds.length; at += 500) await device.write(...rowIds.slice(at, at + 500));
};

const openTwo = async () => {
  const opened = await openKeyWorld();
  const first = await opened.openDevice();
  await first.keys.setUp({ passphrase, recoveryCode: null });
  const second = await opened.openDevice();
  await second.keys.unlock({ passphrase });
  return { ...opened, first, second };
};

describe('a rotation', () => {
  test('encrypts everything again under a new key and says how far it is [P-60, P-64]', async () => {
    const { openDevice, first } = await openTwo();
    const rowIds = rowsOf(1200, 'row');
    await writeMany(first, rowIds);
    const before = (await first.call('pull', { body: { device_id: await deviceIdOf(first), include_own: true } })).body;
    const seen: RotationProgress[] = [];
    const result = await first.keys.rotate({
      passphrase,
      recoveryCode: null,
      onProgress: (progress) => seen.push(progress),
    });
    expect(result).toEqual({ keyVersion: 2, unreadable: 0 });
    expect(seen).toEqual([
      { done: 500, remaining: 700, unreadable: 0 },
      { done: 1000, remaining: 200, unreadable: 0 },
      { done: 1200, remaining: 0, unreadable: 0 },
    ]);
    expect(await first.read()).toEqual(textsOf(rowIds));
    // Who has nothing but the new envelope reads everything.
    const joined = await openDevice();
    await joined.keys.unlock({ passphrase });
    expect(await joined.read()).toEqual(textsOf(rowIds));
    const after = (await first.call('pull', { body: { device_id: await deviceIdOf(first), include_own: true } })).body;
    expect(after.changes.filter(({ data }, n) => data === before.changes[n]?.data)).toEqual([]);
  });

  test('of 10,000 entries ends while two devices write, and nothing is unreadable anywhere', async () => {
    const { openDevice, first, second } = await openTwo();
    const third = await openDevice();
    await third.keys.unlock({ passphrase });
    const all = rowsOf(10_000, 'row');
    await writeMany(first, all);

    let isRotating = true;
    const writer = async (device: KeyDevice, name: string): Promise<void> => {
      for (let n = 0; isRotating && n < 200; n++) {
        const rowId = `${name}-${n}`;
        try {
          await device.write(rowId);
        } catch (error) {
          // The rotation has ended: this device must learn the new key before it goes on.
          expect(error).toMatchObject({ code: 'stale_key_version' });
          await device.keys.unlock({ passphrase });
          await device.write(rowId);
        }
        all.push(rowId);
      }
    };
    const rotation = first.keys.rotate({ passphrase, recoveryCode: null }).finally(() => {
      isRotating = false;
    });
    const [result] = await Promise.all([rotation, writer(second, 'second'), writer(third, 'third')]);
    expect(result).toEqual({ keyVersion: 2, unreadable: 0 });
    expect(all.length).toBeGreaterThan(10_000);

    const joined = await openDevice();
    for (const device of [first, second, third, joined]) {
      await device.keys.unlock({ passphrase });
      expect(await device.read()).toEqual(textsOf(all));
    }
  }, 120_000);

  test.each(['entries', 'batch', 'complete'])('that breaks off at %s is ended by another device', async (step) => {
    const { world, openDevice, second } = await openTwo();
    const rowIds = rowsOf(1100, 'row');
    await writeMany(second, rowIds);
    // Each request of this kind, before and after the server has done it.
    for (const when of ['before', 'after'] as const) {
      const crash = new Error('The process has died.');
      let seen = 0;
      const fetch = intercept(world.fetch, async ({ path, next }) => {
        if (path !== `/keys/rotate/${step}` || ++seen < (step === 'complete' ? 1 : 2)) return null;
        if (when === 'after') await next();
        controller.abort(crash);
        throw crash;
      });
      const controller = new AbortController();
      const dying = await openDevice({ fetch });
      await dying.keys.unlock({ passphrase });
      const rotation = dying.keys.rotate({ passphrase, recoveryCode: null, signal: controller.signal });
      await expect(rotation).rejects.toBe(crash);

      await second.keys.refresh();
      const isOver = step === 'complete' && when === 'after';
      if (isOver) expect(second.keys.state.kind).toBe('locked');
      else expect(second.keys.state).toMatchObject({ kind: 'open', isRotating: true, isTargetKnown: false });
      await second.keys.unlock({ passphrase });
      if (isOver) await expect(second.keys.resumeRotation()).rejects.toMatchObject({ code: 'no_rotation' });
      else expect(await second.keys.resumeRotation()).toMatchObject({ unreadable: 0 });
      expect(await second.read()).toEqual(textsOf(rowIds));
    }
  });

  test('that broke off at begin, whose answer is lost, is the one that goes on', async () => {
    const { world, openDevice, second } = await openTwo();
    await second.write('a');
    let lost = 0;
    const fetch = intercept(world.fetch, async ({ path, next }) => {
      if (path !== '/keys/rotate/begin' || lost++ > 1) return null;
      await next();
      throw new TypeError('fetch failed');
    });
    const device = await openDevice({ fetch });
    await device.keys.unlock({ passphrase });
    expect(await device.keys.rotate({ passphrase, recoveryCode: null })).toEqual({ keyVersion: 2, unreadable: 0 });
  });

  test('is not stopped by lost answers, outages and rate limits', async () => {
    const { world, openDevice, second } = await openTwo();
    const rowIds = rowsOf(1600, 'row');
    await writeMany(second, rowIds);
    let requests = 0;
    const fetch = intercept(world.fetch, async ({ path, next }) => {
      if (!path.startsWith('/keys')) return null;
      switch (++requests % 4) {
        case 1: {
          await next();
          throw new TypeError('fetch failed');
        }
        case 2:
          return Response.json({ error: 'x', code: 'unavailable' }, { status: 503, headers: { 'retry-after': '1' } });
        case 3:
          return new Response('<html>Bad gateway</html>', { status: 502 });
        default:
          return null;
      }
    });
    const unlucky = await openDevice({ fetch });
    await unlucky.keys.unlock({ passphrase });
    expect(await unlucky.keys.rotate({ passphrase, recoveryCode: null })).toMatchObject({ keyVersion: 2 });
    const joined = await openDevice();
    await joined.keys.unlock({ passphrase });
    expect(joined.keys.current()?.keyVersion).toBe(2);
    expect(await joined.read()).toEqual(textsOf(rowIds));
  });

  test('that two devices work on at once ends once, and both know it', async () => {
    const { world, openDevice, second } = await openTwo();
    const rowIds = rowsOf(2000, 'row');
    await writeMany(second, rowIds);
    let resumed: Promise<RotationResult> | undefined;
    const fetch = intercept(world.fetch, async ({ path }) => {
      if (path !== '/keys/rotate/batch' || resumed) return null;
      await second.keys.unlock({ passphrase });
      await new Promise<unknown>((resolve) => {
        resumed = second.keys.resumeRotation({ onProgress: resolve });
      });
      return null;
    });
    const first = await openDevice({ fetch });
    await first.keys.unlock({ passphrase });
    const rotated = await first.keys.rotate({ passphrase, recoveryCode: null });
    const both = [rotated, await resumed];
    expect(both.map((each) => each?.keyVersion)).toEqual([2, 2]);
    for (const device of [first, second, await openDevice()]) {
      await device.keys.unlock({ passphrase });
      expect(await device.read()).toEqual(textsOf(rowIds));
    }
  });

  test('begun on two devices at once is begun once', async () => {
    const { first, second } = await openTwo();
    await first.write('a');
    const results = await Promise.allSettled(
      [first, second].map(({ keys }) => keys.rotate({ passphrase, recoveryCode: null })),
    );
    const failed = results.filter(({ status }) => status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(['rotation_running', 'changed_elsewhere']).toContain(Object(failed[0]).reason.code);
  });

  test('is not begun with a wrong passphrase', async () => {
    const { first } = await openTwo();
    await expect(first.keys.rotate({ passphrase: 'wrong', recoveryCode: null })).rejects.toMatchObject({
      code: 'wrong_passphrase',
    });
    expect((await first.call('getKey')).body).not.toHaveProperty('new_encrypted_key');
  });

  test('can bring a new passphrase and recovery code; the old ones open nothing any more', async () => {
    const { openDevice, first } = await openTwo();
    await first.write('a');
    const recoveryCode = createRecoveryCode();
    await first.keys.rotate({ passphrase, newPassphrase: 'new one', recoveryCode });
    const joined = await openDevice();
    await expect(joined.keys.unlock({ passphrase })).rejects.toMatchObject({ code: 'wrong_passphrase' });
    await joined.keys.unlock({ recoveryCode });
    expect(await joined.read()).toEqual(textsOf(['a']));
  });

  test('leaves what nobody can decrypt as it is, and counts it [P-63]', async () => {
    const { first } = await openTwo();
    await first.write('a');
    const change = { table: 'notes', op: 'update', row_id: 'alien', timestamp: '2026-03-13T10:05:00Z', data: 'junk' };
    await first.call('push', { body: { device_id: await deviceIdOf(first), changes: [change], key_version: 1 } });
    const seen: RotationProgress[] = [];
    const run = { passphrase, recoveryCode: null, onProgress: (progress: RotationProgress) => seen.push(progress) };
    expect(await first.keys.rotate(run)).toEqual({ keyVersion: 2, unreadable: 1 });
    expect(seen).toEqual([{ done: 2, remaining: 0, unreadable: 1 }]);
    expect(await first.read()).toEqual(new Map([...textsOf(['a']), ['alien', 'malformed']]));
  });
});

describe('a rotation that is called off', () => {
  test('puts everything back; what was written under its key is read with the history [P-65, P-58]', async () => {
    const { world, openDevice, second } = await openTwo();
    await second.write('before');
    const controller = new AbortController();
    const fetch = intercept(world.fetch, ({ path }) => {
      if (path !== '/keys/rotate/complete') return null;
      controller.abort(new Error('The process has died.'));
      throw controller.signal.reason;
    });
    const device = await openDevice({ fetch });
    await device.keys.unlock({ passphrase });
    await expect(device.keys.rotate({ passphrase, recoveryCode: null, signal: controller.signal })).rejects.toThrow(
      'has died',
    );
    await device.write('meanwhile');
    await second.keys.abortRotation();
    expect(second.keys.state).toMatchObject({ kind: 'open', isRotating: false });
    await expect(second.keys.abortRotation()).rejects.toMatchObject({ code: 'no_rotation' });

    // Who took part goes on reading, and writes under the old key again.
    await device.keys.refresh();
    expect(device.keys.current()?.keyVersion).toBe(1);
    await device.write('after');
    const rowIds = ['before', 'meanwhile', 'after'];
    expect(await device.read()).toEqual(textsOf(rowIds));
    expect((await second.read()).get('meanwhile')).toBe('unknown_key');
    expect(await second.keys.unlockHistory({ passphrase })).toBe(1);
    expect(await second.read()).toEqual(textsOf(rowIds));
    // And the next rotation takes it along.
    expect(await second.keys.rotate({ passphrase, recoveryCode: null })).toEqual({ keyVersion: 3, unreadable: 0 });
    const joined = await openDevice();
    await joined.keys.unlock({ passphrase });
    expect(await joined.read()).toEqual(textsOf(rowIds));
  });

  test('while a device works on it tells that device', async () => {
    const { first, second } = await openTwo();
    await writeMany(first, rowsOf(1500, 'row'));
    const rotation = first.keys.rotate({
      passphrase,
      recoveryCode: null,
      onProgress: ({ done }) => {
        if (done === 500) aborted ??= second.keys.abortRotation();
      },
    });
    let aborted: Promise<void> | undefined;
    await expect(rotation).rejects.toMatchObject({ code: 'rotation_aborted' });
    await aborted;
    expect(await first.read()).toEqual(textsOf(rowsOf(1500, 'row')));
  });

  test('in a tab is followed by another tab of the same memory without a passphrase', async () => {
    const { openDevice } = await openKeyWorld();
    const memory = createMemoryOfKeys();
    const [one, two] = [await openDevice({ memory }), await openDevice({ memory })];
    await one.keys.setUp({ passphrase, recoveryCode: null });
    expect(await two.keys.refresh()).toBe(true);
    await one.write('a');
    await one.keys.rotate({ passphrase, recoveryCode: null });
    expect(await two.keys.refresh()).toBe(true);
    expect(await two.read()).toEqual(textsOf(['a']));
    expect(two.keys.current()?.keyVersion).toBe(2);
  });
});

async function deviceIdOf({ call }: KeyDevice): Promise<string> {
  const { body } = await call('listDevices');
  return body[0]?.id ?? '';
}
