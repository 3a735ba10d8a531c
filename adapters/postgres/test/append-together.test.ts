import type { NewBatch, Scope, Storage } from '@synckeep/core';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { toScopeId } from '../src/scope-id.js';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, explaining, newSchema } from './opened.js';
import { createScope, newBatch, register } from './samples.js';

describe('pushes that arrive together', () => {
  let server: RunningPostgres;
  let schema: string;
  let pool: pg.Pool;
  let storage: Storage;
  let people: readonly { readonly scope: Scope; readonly device: string }[];
  const plans: string[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    schema = newSchema();
    ({ pool, storage } = connect(server, schema, { options: explaining }));
    pool.on('connect', (client) => client.on('notice', ({ message }) => plans.push(message ?? '')));
    await storage.migrate();
    const scopes = Array.from({ length: 5 }, createScope);
    people = await Promise.all(scopes.map(async (scope) => ({ scope, device: await register(storage, scope) })));
    plans.length = 0;
  });

  const push = ({ scope, device }: (typeof people)[number], over: Partial<NewBatch> = {}, rowId?: string) =>
    storage.changeLog.append(scope, newBatch(device, rowId, over));
  const callsOf = (name: string): number =>
    plans.filter((plan) => plan.includes(`Query Text: SELECT "${schema}".${name}(`)).length;

  it('share one round trip and one commit [P-32]', async () => {
    const stored = await Promise.all(people.map((person) => push(person)));
    expect(stored).toEqual(people.map(() => expect.objectContaining({ position: 1, accepted: 1, replayed: false })));
    expect(callsOf('append_together')).toBe(1);
    expect(callsOf('append')).toBe(0);
  });

  it('are looked up by their keys, though the plan was made while the tables were empty', async () => {
    await Promise.all(people.map((person) => push(person)));
    const plan = plans.find((text) => text.includes('WITH push AS')) ?? '';
    expect(plan).toMatch(/batch_pkey .*\n *Index Cond: .*batch_id = p\.batch_id/);
    expect(plan).toMatch(/device_id on device d .*\n *Index Cond: .*id = /);
    expect(plan).not.toMatch(/Seq Scan/);
  });

  it('go alone when they come alone, or are large', async () => {
    const [one, two] = people;
    if (!one || !two) throw new Error('There are five.');
    await push(one);
    const changes = Array.from({ length: 33 }, () => newBatch('').changes).flat();
    await Promise.all([push(one, { changes }), push(two)]);
    expect(callsOf('append_together')).toBe(0);
    expect(callsOf('append')).toBe(3);
  });

  it('of one log all get a place of their own', async () => {
    const [one] = people;
    if (!one) throw new Error('There are five.');
    const stored = await Promise.all(Array.from({ length: 20 }, (_, index) => push(one, {}, `row ${index}`)));
    expect(stored.map(({ position }) => position).sort((a, b) => a - b)).toEqual(stored.map((_, index) => index + 1));
    expect(callsOf('append_together')).toBeGreaterThan(0);
  });

  it('do not wait for the one whose log another transaction holds', async () => {
    const [held, ...others] = people;
    if (!held) throw new Error('There are five.');
    const holder = await server.pool().connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM ${schema}.scope WHERE scope = $1 FOR UPDATE`, [toScopeId(held.scope)]);
    let isStored = false;
    const waiting = push(held).finally(() => {
      isStored = true;
    });
    const stored = await Promise.all(others.map((person) => push(person)));
    expect(stored.map(({ position }) => position)).toEqual(others.map(() => 1));
    expect(isStored).toBe(false);
    await holder.query('COMMIT');
    holder.release();
    expect(await waiting).toMatchObject({ position: 1, accepted: 1, replayed: false });
  });

  it('do not wait for a call that is held up', async () => {
    const [one, two, three] = people;
    if (!one || !two || !three) throw new Error('There are five.');
    const second = await register(storage, one.scope);
    await push(one);
    const holder = await server.pool().connect();
    await holder.query('BEGIN');
    // The push of another device notes the last push of this one.
    await holder.query(`SELECT FROM ${schema}.device WHERE id = $1 FOR UPDATE`, [one.device]);
    let areStored = false;
    const waiting = Promise.all([push({ ...one, device: second }), push(two)]).finally(() => {
      areStored = true;
    });
    await new Promise(setImmediate);
    expect(await push(three)).toMatchObject({ position: 1, accepted: 1 });
    expect(areStored).toBe(false);
    await holder.query('COMMIT');
    holder.release();
    expect(await waiting).toMatchObject([{ position: 2 }, { position: 1 }]);
    expect(callsOf('append_together')).toBe(1);
  });

  it('share the next call when they arrive while one is under way, which is there before that one is answered', async () => {
    const [one, two, three] = people;
    if (!one || !two || !three) throw new Error('There are five.');
    const second = await register(storage, one.scope);
    await push(one);
    const holder = await server.pool().connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM ${schema}.device WHERE id = $1 FOR UPDATE`, [one.device]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const others: Promise<unknown>[] = [];
    const inUse = () => pool.totalCount - pool.idleCount;
    const first = push({ ...one, device: second }).then((result) => ({ ...result, calls: inUse() }));
    for (const person of [two, three]) {
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      others.push(push(person));
    }
    expect(inUse()).toBe(1);
    vi.useRealTimers();
    await holder.query('COMMIT');
    holder.release();
    expect(await first).toMatchObject({ position: 2, calls: 1 });
    expect(await Promise.all(others)).toMatchObject([{ position: 1 }, { position: 1 }]);
    expect(callsOf('append_together')).toBe(1);
  });

  it('beyond what a call carries go with the next ones, and all are stored', async () => {
    const [one] = people;
    if (!one) throw new Error('There are five.');
    const changes = Array.from({ length: 30 }, () => newBatch('').changes).flat();
    const stored = await Promise.all(Array.from({ length: 20 }, () => push(one, { changes })));
    expect(stored.map(({ position }) => position).sort((a, b) => a - b)).toEqual(
      stored.map((_, nth) => 30 * (nth + 1)),
    );
    expect(callsOf('append_together')).toBeGreaterThan(1);
  });

  it('take no more than four connections while all of them are held up', async () => {
    const [one] = people;
    if (!one) throw new Error('There are five.');
    const devices = await Promise.all(Array.from({ length: 8 }, () => register(storage, one.scope)));
    const holder = await server.pool().connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM ${schema}.scope WHERE scope = $1 FOR UPDATE`, [toScopeId(one.scope)]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const stored: Promise<unknown>[] = [];
    for (const device of devices) {
      stored.push(push({ ...one, device }));
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      vi.advanceTimersByTime(4);
    }
    expect(pool.totalCount - pool.idleCount).toBe(4);
    vi.useRealTimers();
    await holder.query('COMMIT');
    holder.release();
    expect(await Promise.all(stored)).toHaveLength(8);
  });

  it('are not undone by the fault of one of them, with a batch id or without', async () => {
    const [bad, ...others] = people;
    if (!bad) throw new Error('There are five.');
    const unstorable = push(bad, {}, 'a text with U+0000: \0');
    const batchIds = [null, null, crypto.randomUUID(), crypto.randomUUID()];
    const stored = Promise.all(others.map((person, index) => push(person, { batchId: batchIds[index] ?? null })));
    await expect(unstorable).rejects.toMatchObject({ code: '22021' });
    expect(await stored).toEqual(others.map(() => expect.objectContaining({ position: 1, replayed: false })));
    expect(callsOf('append')).toBe(others.length);
  });
});
