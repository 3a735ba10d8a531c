import { mkdirSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { silentLog } from '@synckeep/core';
import { createMemoryStorage } from '@synckeep/core/memory';
import { createVirtualClock, type VirtualClock } from '@synckeep/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBackupState } from '../src/backup/backup-state.js';
import { chooseKept } from '../src/backup/retention.js';
import { createBackupSchedule, findBackupTrouble } from '../src/backup/schedule.js';
import { watchDisk } from '../src/disk-watch.js';
import { filesBelow } from './files-below.js';
import { runHere } from './here.js';
import { createInUse } from './in-use.js';
import { openProgram, type Program } from './program.js';

vi.setConfig({ testTimeout: 60_000 });

const hour = 3_600_000;
const minute = 60_000;

/** Time goes on in the steps in which things look, each with what follows from it. */
const pass = async (clock: VirtualClock, milliseconds: number): Promise<void> => {
  for (let left = milliseconds; left > 0; left -= 30_000) {
    clock.advance(30_000);
    for (let turn = 0; turn < 4; turn++) await nextTurn();
  }
};

describe('the schedule', () => {
  /** @param turn of somebody else, `until` so many milliseconds from now. */
  const openNodes = (count: number, turn?: { readonly node: string; readonly until: number }) => {
    const clock = createVirtualClock();
    const { records } = createMemoryStorage();
    const state = createBackupState(records, clock);
    if (turn) void state.change((present) => ({ ...present, turn: { ...turn, until: clock.now() + turn.until } }));
    const taken: string[] = [];
    const failing = { sentence: '' };
    const error = vi.fn();
    const nodes = Array.from({ length: count }, (_, index) =>
      createBackupSchedule({
        ...{ records, clock, node: `node ${index}`, every: 24 * hour, log: { ...silentLog, error } },
        async take() {
          if (failing.sentence !== '') throw new Error(failing.sentence);
          taken.push(`node ${index}`);
          return { snapshot: `snapshot ${taken.length}`, takenAt: clock.now() };
        },
      }),
    );
    const stop = () => Promise.all(nodes.map((node) => node.stop()));
    return { clock, state, taken, failing, error, stop };
  };

  it('takes one backup on one of three nodes, and the next one when it is due', async () => {
    const { clock, taken, stop } = openNodes(3);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    await pass(clock, 23 * hour);
    expect(taken).toHaveLength(1);
    await pass(clock, hour + minute);
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    await stop();
  });

  it('tells of a failure, tries again a quarter of an hour later, and is content afterwards', async () => {
    const { clock, state, taken, failing, error, stop } = openNodes(2);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    failing.sentence = 'The disk of the backups is full.';
    await pass(clock, 24 * hour + minute);
    await vi.waitFor(async () =>
      expect(findBackupTrouble(await state.read())).toMatch(/failed at .*: The disk of the/),
    );
    const failures = error.mock.calls.length;
    expect(failures).toBeGreaterThanOrEqual(1);
    await pass(clock, 10 * minute);
    expect(error.mock.calls).toHaveLength(failures);
    failing.sentence = '';
    await pass(clock, 10 * minute);
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    await vi.waitFor(async () => expect(findBackupTrouble(await state.read())).toBeNull());
    await stop();
  });

  it('gives the turn of a node that died to another one', async () => {
    const { clock, state, taken, stop } = openNodes(1, { node: 'one that died', until: 2 * minute });
    await pass(clock, minute);
    expect(taken).toEqual([]);
    await pass(clock, 2 * minute);
    await vi.waitFor(async () => expect(await state.read()).toMatchObject({ snapshot: 'snapshot 1', turn: null }));
    await stop();
  });
});

describe('retention', () => {
  const at = (text: string) => ({ takenAt: Date.parse(text) });
  const all = [
    '2026-01-31T23:00:00Z',
    '2026-02-01T01:00:00Z',
    '2026-02-28T12:00:00Z',
    '2026-03-09T04:00:00Z',
    '2026-03-14T04:00:00Z',
    '2026-03-15T04:00:00Z',
    '2026-03-15T23:59:59Z',
    '2026-03-16T00:00:00Z',
  ].map(at);
  const none = { keepLast: 0, keepDaily: 0, keepWeekly: 0, keepMonthly: 0 };
  const kept = (retention: Partial<typeof none>) =>
    [...chooseKept(all, { ...none, ...retention })]
      .map(({ takenAt }) => new Date(takenAt).toISOString().slice(0, 19))
      .sort();

  it.each([
    [{ keepLast: 2 }, ['2026-03-15T23:59:59', '2026-03-16T00:00:00']],
    [{ keepDaily: 2 }, ['2026-03-15T23:59:59', '2026-03-16T00:00:00']],
    // 16 March is a Monday.
    [{ keepWeekly: 2 }, ['2026-03-15T23:59:59', '2026-03-16T00:00:00']],
    [{ keepMonthly: 3 }, ['2026-01-31T23:00:00', '2026-02-28T12:00:00', '2026-03-16T00:00:00']],
    [{}, ['2026-03-16T00:00:00']],
  ])('of %j keeps %j', (retention, wanted) => expect(kept(retention)).toEqual(wanted));
});

describe('the disk', () => {
  it('is warned of at nine tenths, once, and again after it had more room', async () => {
    const clock = createVirtualClock();
    const warn = vi.fn();
    let freeBytes = 11;
    const stop = watchDisk({ disk: async () => ({ freeBytes, totalBytes: 100 }), clock, log: { ...silentLog, warn } });
    await pass(clock, 10 * minute);
    expect(warn).not.toHaveBeenCalled();
    for (const [free, times] of [
      [10, 1],
      [0, 1],
      [50, 1],
      [5, 2],
    ] as const) {
      freeBytes = free;
      await pass(clock, 10 * minute);
      await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(times));
    }
    stop();
  });
});

describe('serve with --backup-every', () => {
  let program: Program;
  beforeAll(async () => {
    program = await openProgram();
  });
  afterAll(() => program.close());
  const { makeFolder, close } = createInUse();
  afterEach(close);

  it('takes a backup by itself, as its flags say, and records who is erased elsewhere', async () => {
    const folder = makeFolder();
    const place = joinPath(folder, '..', 'backups');
    const passphrase = joinPath(folder, '..', 'passphrase');
    mkdirSync(folder);
    writeFileSync(passphrase, 'correct horse\n');
    const flags = ['--backup', place, '--backup-every', '24h', '--passphrase-file', passphrase, '--keep-daily', '7'];
    const server = await program.serve(folder, flags);
    const env = { SYNCKEEP_DATA_DIR: folder };
    await vi.waitFor(() => expect(runHere(env, 'backup', 'list', place)).resolves.toHaveLength(1), { timeout: 40_000 });
    // By a process that was not told where backups are: the server hears of it.
    const app = await runHere<{ app_id: string }>(env, 'app', 'create', 'gone');
    await runHere(env, 'app', 'delete', app.app_id, '--yes');
    const isErasure = (file: string): boolean => file.includes(joinPath('er', 'asures_'));
    await vi.waitFor(() => expect(filesBelow(place).filter(isErasure)).toHaveLength(1), { timeout: 20_000 });
    server.signal('SIGTERM');
    expect((await server.finished).code).toBe(0);
  });

  it('says so when a setting is missing', async () => {
    const { code, stderr } = await program.run(makeFolder(), ['serve', '--backup-every', '24h']);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/goes with a place/) });
  });
});
