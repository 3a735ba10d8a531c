import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createAppAdministration } from '../../src/administration/apps.js';
import { createCompaction } from '../../src/administration/compaction.js';
import { createPacing } from '../../src/administration/pacing.js';
import { type ChangeLog, type CompactionStep, type Scope, silentLog, systemRandom } from '../../src/index.js';
import { createMemoryNotifier, createMemoryStorage } from '../../src/memory/index.js';

const more: CompactionStep = { removed: 1, removedBytes: 10, tombstones: 0, state: 'more' };
const done: CompactionStep = { removed: 0, removedBytes: 0, tombstones: 0, state: 'done' };
const day = 86_400;
const hour = 3_600_000;

describe('compaction', () => {
  let now: number;
  let timers: { readonly after: number; readonly callback: () => void }[];
  let scopes: Scope[];
  let arePausesOver: boolean;
  const compact = vi.fn<ChangeLog['compact']>();

  const clock = {
    now: () => now,
    after(after: number, callback: () => void) {
      if (arePausesOver) {
        queueMicrotask(callback);
        return () => {};
      }
      const timer = { after, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  };

  const open = async (settings = { keepSeconds: 3 * day, tombstoneSeconds: 9 * day }) => {
    const memory = createMemoryStorage();
    const storage = { ...memory, changeLog: { ...memory.changeLog, compact } };
    const apps = createAppAdministration({
      records: storage.records,
      notifier: createMemoryNotifier(),
      clock,
      random: systemRandom,
    });
    for (const name of ['plain', 'compacting', 'compacting too']) {
      const { app } = await apps.create({ name });
      if (name !== 'plain') await apps.update(app.id, { requireBase: true, compaction: settings });
      for (const userId of ['1', '2']) {
        const device = { id: `${app.id}${userId}`, name: 'd', platform: 'web', installationId: null } as const;
        const scope = { appId: app.id, userId };
        await storage.deviceStore.register(scope, { ...device, session: null, now, freshEpoch: 'e', guards: [] });
        if (name !== 'plain') scopes.push(scope);
      }
    }
    scopes.sort((a, b) => (a.appId + a.userId < b.appId + b.userId ? -1 : 1));
    const pacing = createPacing(clock);
    return { ...createCompaction({ storage, clock, log: silentLog, pacing }), stop: pacing.stop };
  };

  const compacted = () => compact.mock.calls.map(([scope]) => scope);

  beforeEach(() => {
    now = 1_000_000 * hour;
    timers = [];
    scopes = [];
    arePausesOver = false;
    compact.mockReset().mockResolvedValue(done);
  });

  it('goes over the logs of the apps that want it and of no others, with their settings [P-85]', async () => {
    const { round } = await open();
    await round();
    expect(compacted()).toEqual(scopes);
    const bounds = { now, keepFrom: now - 3 * day * 1000, activeSince: now - 9 * day * 1000 };
    expect(compact.mock.calls[0]?.[1]).toMatchObject({ ...bounds, isThorough: false });
  });

  it('takes steps with the same bounds until a log is done, and leaves three times as long to others', async () => {
    const { round } = await open();
    const begun = now;
    compact.mockImplementationOnce(async () => {
      now += 20;
      return more;
    });
    const rounded = round();
    await vi.waitFor(() => expect(timers.map(({ after }) => after)).toEqual([60]));
    expect(compact).toHaveBeenCalledTimes(1);
    timers[0]?.callback();
    await rounded;
    expect(compacted()).toEqual([scopes[0], ...scopes]);
    expect(compact.mock.calls[1]?.[1].now).toBe(begun);
  });

  it('gives way after a while and goes on behind that log the next time, then from the first one', async () => {
    const { round } = await open();
    arePausesOver = true;
    compact.mockImplementation(async () => {
      now += hour / 2;
      return done;
    });
    await round();
    expect(compacted()).toEqual(scopes.slice(0, 2));
    await round();
    expect(compacted()).toEqual(scopes);
    compact.mockClear();
    await round();
    expect(compacted()).toEqual([]);
    await round();
    expect(compacted()).toEqual(scopes.slice(0, 2));
  });

  it('tells of a log that fails and does not let it stand before the others for ever', async () => {
    const { round } = await open();
    compact.mockRejectedValueOnce(new Error('broken'));
    await expect(round()).rejects.toThrow('broken');
    await round();
    expect(compacted()).toEqual(scopes);
  });

  it('stops after its present step, also in a pause, and only then says so', async () => {
    const { run, stop } = await open();
    compact.mockImplementation(async () => {
      now += 20;
      return more;
    });
    const report = run({ appId: null, userId: null });
    await vi.waitFor(() => expect(timers).toHaveLength(1));
    await stop();
    expect(timers).toEqual([]);
    expect(await report).toMatchObject({ removed: 1, removedBytes: 10 });
    expect(compact).toHaveBeenCalledTimes(1);
  });

  it('adds up what went, and counts the logs that wait for a rotation', async () => {
    const { run } = await open();
    compact.mockResolvedValueOnce(more).mockResolvedValueOnce({ ...done, removed: 2, removedBytes: 5, tombstones: 2 });
    compact.mockResolvedValueOnce({ ...done, state: 'paused' });
    const sum = { logs: 4, paused: 1, removed: 3, removedBytes: 15, tombstones: 2 };
    expect(await run({ appId: null, userId: null })).toEqual(sum);
    expect(compact.mock.calls.every(([, { isThorough }]) => isThorough)).toBe(true);
    compact.mockClear();
    await run({ appId: scopes[0]?.appId ?? '', userId: '2' });
    expect(compacted()).toEqual([scopes[1]]);
  });
});
