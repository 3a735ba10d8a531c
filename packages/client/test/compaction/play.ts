import type { CompactionStep, MovedChange, Storage } from '@synckeep/core';
import { createVirtualClock } from '@synckeep/testing';
import { expect } from 'vitest';
import { openWorld } from '../world/server.js';
import { createJournal, type Known, liveRows } from './journal.js';
import { openPeer, type Peer } from './peer.js';
import { createRotations } from './rotations.js';
import { type Active, peerCount, type Step, strangerCount } from './step.js';
import { openStranger, type Stranger } from './stranger.js';

/** Two ways into one store, as two processes have. */
export interface Instances {
  readonly storage: Storage;
  readonly other: Storage;
}

/** From so many places of a history is read on at its end. */
const mostPlaces = 30;

/** Of no step's doing: nothing that a device has may be called gone. */
const isGentle = (step: Step): boolean => step.kind !== 'renew' && (step.kind !== 'compact' || step.active === 'all');

/** Plays a history, and compares what is left in the log, and what its readers know, with all that was ever stored. */
export const play = async ({ storage, other }: Instances, history: readonly Step[]): Promise<void> => {
  const clock = createVirtualClock();
  const journal = createJournal(storage);
  const world = await openWorld({ storage: journal.storage, clock });
  const scope = { appId: world.appId, userId: world.userId };
  const rotations = createRotations(storage, scope, clock.now);
  const open = (): Promise<Peer> => openPeer(world, clock.now);
  const peers: Peer[] = [];
  for (let index = 0; index < peerCount; index++) peers.push(await open());
  const at = (index: number): Peer => {
    const peer = peers[index];
    if (peer === undefined) throw new Error(`There is no device ${index}.`);
    return peer;
  };

  const strangers: Stranger[] = [];
  for (let index = 0; index < strangerCount; index++) strangers.push(await openStranger(journal, scope, clock.now));

  const compact = async (on: Storage, steps: number, limit: number, keptMinutes: number, active: Active) => {
    const now = clock.now();
    const activeSince = { all: 0, recent: now - 10 * 60_000, none: now + 1 }[active];
    const bounds = { now, keepFrom: now - keptMinutes * 60_000, activeSince, limit, isThorough: true };
    let state: CompactionStep['state'] = 'more';
    for (let step = 0; step < steps && state === 'more'; step++) {
      ({ state } = await on.changeLog.compact(scope, bounds));
    }
    return state;
  };

  let edits = 0;
  const perform = async (step: Step): Promise<unknown> => {
    switch (step.kind) {
      case 'put':
      case 'delete':
        return at(step.peer).edit(step.kind, `row ${step.row}`, `text ${++edits}`);
      case 'pull':
      case 'push':
        return Promise.all([at(step.peer)[step.kind](step), step.isBeside && compact(other, 1, 1000, 0, 'all')]);
      case 'compact':
        return compact(storage, step.steps, step.limit, step.keptMinutes, step.active);
      case 'wait':
        return clock.advance(step.milliseconds);
      case 'drift':
        return at(step.peer).drift(step.milliseconds);
      case 'look':
        return strangers[step.stranger]?.look();
      case 'write':
        return strangers[step.stranger]?.write(`row ${step.row}`, step.isDelete, step.pick);
      case 'reinstall':
        peers[step.peer] = await open();
        return null;
      case 'renew':
        return storage.changeLog.renewEpoch(scope, crypto.randomUUID().slice(0, 8).repeat(2));
      default:
        return rotations[step.kind]();
    }
  };

  const readLog = async (): Promise<readonly MovedChange[]> => {
    const changes: MovedChange[] = [];
    for (;;) {
      const page = { after: changes.at(-1) ?? null, limit: 5, maxBytes: 1 << 20 };
      const more = await storage.transfer.read(scope, 'change', page);
      if (more.length === 0) return changes;
      changes.push(...more);
    }
  };

  /** Whatever is in the log was pushed, is where it was, and is counted. */
  const checkLog = async (): Promise<readonly MovedChange[]> => {
    const changes = await readLog();
    const stored = new Map(journal.changes().map((change) => [change.position, change]));
    for (const { position, table, rowId, op } of changes) {
      expect({ position, table, rowId, op }).toEqual(stored.get(position));
    }
    const { totalChanges, bytesUsed } = await storage.changeLog.status(scope, clock.now());
    const bytes = changes.reduce((sum, { data }) => sum + Buffer.byteLength(data ?? ''), 0);
    expect({ totalChanges, bytesUsed }).toEqual({ totalChanges: changes.length, bytesUsed: bytes });
    return changes;
  };

  const fresh = async (): Promise<Known> => ({ deviceId: (await open()).deviceId, place: null, view: new Map() });

  /** A device that has nothing, and one at any place that a device was ever given. */
  const checkReaders = async (): Promise<void> => {
    const final = liveRows(journal.final());
    const begun = await journal.readOn(scope, await fresh(), false, clock.now());
    expect(begun && liveRows(begun)).toEqual(final);
    const places = journal.known();
    const every = Math.ceil(places.length / mostPlaces);
    for (const place of places.filter((_, index) => index % every === 0)) {
      for (const includeOwn of [false, true]) {
        const view = await journal.readOn(scope, place, includeOwn, clock.now());
        if (view !== null) expect(liveRows(view)).toEqual(final);
      }
    }
  };

  /** Devices pull and push until nothing is left to be said. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 50; round++) {
      const before = journal.changes().length;
      for (const peer of peers) {
        await peer.pull();
        await peer.push();
      }
      const isUnsent = await Promise.all(peers.map((peer) => peer.isUnsent()));
      if (journal.changes().length === before && !isUnsent.includes(true)) return;
    }
    throw new Error('The devices never come to rest.');
  };

  try {
    for (const step of history) await perform(step);
    await checkLog();
    await checkReaders();
    if (history.every(isGentle)) expect(peers.map((peer) => peer.expired())).toEqual(peers.map(() => 0));

    await rotations.abort();
    await settle();
    const newcomer = await open();
    await newcomer.pull();
    const rows = await newcomer.rows();
    for (const peer of peers) expect(await peer.rows()).toEqual(rows);

    // Else this may go on with steps of before, which have not seen what came since.
    clock.advance(1_000);
    expect(await compact(storage, 1_000, 1_000, 0, 'none')).toBe('done');
    await checkReaders();
    const left = (await checkLog()).map(({ table, rowId, position }) => [`${table}/${rowId}`, position]);
    expect(left.sort()).toEqual(liveRows(journal.final()));
  } finally {
    await world.close();
  }
};
