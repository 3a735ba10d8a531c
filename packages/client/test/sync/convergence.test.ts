import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Merge } from '../../src/merge/merge.js';
import { createMemoryLocalState } from '../../src/store/memory-store.js';
import { systemTimers, type Timers } from '../../src/sync/timers.js';
import { openDevice, type TestDevice, until } from '../world/device.js';
import { cut, intercept } from '../world/intercept.js';
import { openWorld, type World } from '../world/server.js';
import { restoreSnapshot, takeSnapshot } from '../world/snapshot.js';

/** A set that only grows: whatever is missing from it in the end was lost. */
interface Bag {
  readonly id: string;
  readonly items: readonly string[];
}

const union: Merge<Bag> = ({ local, remote }) => {
  const items = new Set([...(local.value?.items ?? []), ...(remote.value?.items ?? [])]);
  return { id: local.value?.id ?? remote.value?.id ?? '', items: [...items].sort() };
};

const tables = { bags: { merge: union }, notes: {} };
const timers: Timers = { ...systemTimers, after: (ms, callback) => systemTimers.after(ms / 1000, callback) };
const deviceCount = 3;

type Fault = 'none' | 'request lost' | 'answer lost' | 'sent twice' | 'answer cut' | 'answer late';

/** A network that does to each request what the plan says, and nothing when the plan is over. */
const createNetwork = (world: World, faults: readonly Fault[]) => {
  let next = 0;
  let isCalm = false;
  const fetch = intercept(world.fetch, async ({ path, next: send }) => {
    const fault = isCalm || path === '/subscribe' ? 'none' : (faults[next++ % Math.max(1, faults.length)] ?? 'none');
    if (fault === 'none') return null;
    if (fault === 'request lost') return cut();
    const answer = await send();
    if (fault === 'answer lost') return cut();
    if (fault === 'sent twice') return send();
    if (fault === 'answer late') {
      await new Promise((resolve) => setTimeout(resolve, 3));
      return answer;
    }
    const text = await answer.text();
    return new Response(text.slice(0, text.length / 2), { status: answer.status });
  });
  return {
    fetch,
    calm() {
      isCalm = true;
    },
  };
};

type Step =
  | { readonly kind: 'add' | 'note'; readonly device: number; readonly row: number }
  | { readonly kind: 'delete note'; readonly device: number; readonly row: number }
  | { readonly kind: 'crash' | 'stop' | 'start' | 'wait'; readonly device: number }
  | { readonly kind: 'back up the server' | 'restore the server' };

const device = fc.nat(deviceCount - 1);
const row = fc.nat(2);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant<'add'>('add'), device, row }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant<'note'>('note'), device, row }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant<'delete note'>('delete note'), device, row }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constantFrom<'crash' | 'stop' | 'start' | 'wait'>('crash', 'stop', 'start', 'wait'),
        device,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom<'back up the server' | 'restore the server'>('back up the server', 'restore the server'),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);
const faults = fc.array(
  fc.constantFrom<Fault>('none', 'none', 'request lost', 'answer lost', 'sent twice', 'answer cut', 'answer late'),
  { maxLength: 30 },
);

const contentOf = async (on: TestDevice) => ({
  bags: await on.table<Bag>('bags').query(),
  notes: await on.table('notes').query(),
});

const play = async (history: readonly Step[], plan: readonly Fault[]): Promise<void> => {
  const world = await openWorld();
  const network = createNetwork(world, plan);
  const states = Array.from({ length: deviceCount }, createMemoryLocalState);
  const added = new Map<string, Set<string>>();
  let backup = takeSnapshot(world.state);
  let count = 0;

  const open = async (index: number): Promise<TestDevice> => {
    const state = states[index] ?? createMemoryLocalState();
    const opened = await openDevice(world, { state, tables, timers, fetch: network.fetch, isLoggedIn: false });
    const token = `test~${world.appId}~${Date.now()}~0`;
    await opened.session.adopt({ token, userId: world.userId, appId: world.appId, refreshToken: null });
    return opened;
  };

  const devices: TestDevice[] = [];
  for (let index = 0; index < deviceCount; index += 1) {
    const opened = await open(index);
    await opened.sync.start();
    devices.push(opened);
  }
  const at = (index: number): TestDevice => {
    const found = devices[index];
    if (found === undefined) throw new Error(`There is no device ${index}.`);
    return found;
  };

  for (const step of history) {
    count += 1;
    switch (step.kind) {
      case 'add': {
        const bags = at(step.device).table<Bag>('bags');
        const id = `bag${step.row}`;
        const item = `item${String(count).padStart(3, '0')}`;
        const items = (await bags.get(id))?.items ?? [];
        await bags.put({ id, items: [...items, item].sort() });
        added.set(id, (added.get(id) ?? new Set()).add(item));
        break;
      }
      case 'note':
        await at(step.device)
          .table('notes')
          .put({ id: `note${step.row}`, ...{ text: `text ${count}` } });
        break;
      case 'delete note':
        await at(step.device).table('notes').delete(`note${step.row}`);
        break;
      case 'start':
        await at(step.device).sync.start();
        break;
      case 'stop':
        await at(step.device).sync.stop();
        break;
      case 'crash':
        // What was in the air is left in the air.
        void at(step.device).close();
        devices[step.device] = await open(step.device);
        await at(step.device).sync.start();
        break;
      case 'wait':
        await new Promise((resolve) => setTimeout(resolve, 15));
        break;
      case 'back up the server':
        backup = takeSnapshot(world.state);
        break;
      case 'restore the server':
        restoreSnapshot(world.state, backup);
        await world.server.renewEpochs({ appId: null, userId: null });
        break;
    }
  }

  network.calm();
  for (const each of devices) await each.sync.start();
  const expected = [...added]
    .map(([id, items]) => ({ id, items: [...items].sort() }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  try {
    await until(
      async () => {
        for (const each of devices) each.sync.now();
        await new Promise((resolve) => setTimeout(resolve, 5));
        const isStill = devices.every(({ sync }) => sync.status.phase === 'idle' && sync.status.unsent === 0);
        if (!isStill) return false;
        const contents = await Promise.all(devices.map(contentOf));
        return contents.every((content) => JSON.stringify(content) === JSON.stringify(contents[0]));
      },
      'Agreement',
      5000,
    ).catch(async (error) => {
      const contents = await Promise.all(devices.map(contentOf));
      throw new Error(
        `${error.message} ${JSON.stringify(devices.map(({ sync }) => sync.status))} ${JSON.stringify(contents, null, 1)}`,
      );
    });
    expect((await contentOf(at(0))).bags).toEqual(expected);
    for (const each of devices) expect(await each.sync.quarantine.list()).toEqual([]);
    if (!history.some(({ kind }) => kind === 'restore the server')) {
      const stored = [...world.state.scopes.values()].flatMap(({ rows }) => [...rows.values()]);
      expect(new Set(stored.map(({ change }) => change.data)).size, 'a change was stored twice').toBe(stored.length);
    }
  } finally {
    for (const each of devices) await each.close();
    await world.close();
  }
};

const seed = Number(process.env['SYNCKEEP_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`whatever is lost, doubled, late or cut, devices agree and nothing is lost (seed ${seed})`, {
  timeout: 180_000,
}, async () => {
  await fc.assert(fc.asyncProperty(steps, faults, play), {
    numRuns: 40,
    seed,
    interruptAfterTimeLimit: 120_000,
    endOnFailure: true,
  });
});
