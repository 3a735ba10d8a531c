import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Note, openDevice, type TestDevice, until } from '../../packages/client/test/world/device.js';
import type { World } from '../../packages/client/test/world/server.js';
import { call } from '../../packages/server/test/api.js';
import { makeAccount, openProgram, type Program, password, type Serving } from '../../packages/server/test/program.js';

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());

const patience = 120_000;
const settled = (device: TestDevice): Promise<void> =>
  until(() => device.sync.status.phase === 'idle' && device.sync.status.unsent === 0, 'Rest', patience);
const notesOf = (device: TestDevice) => device.table<Note>('notes').query();

/** Every row of the log as the server has it, with the version that it was written with. */
const readLog = async (server: Serving, { email, apiKey }: { readonly email: string; readonly apiKey: string }) => {
  const login = await call(server, 'POST', '/auth', { body: { email, password, api_key: apiKey } });
  const { token } = login.body;
  const device = await call(server, 'POST', '/devices', { token, body: { device_name: 'reader', platform: 'linux' } });
  const rows: string[] = [];
  for (let cursor: unknown = null; ; ) {
    const { body } = await call(server, 'POST', '/pull', { token, body: { device_id: device.body.id, cursor } });
    for (const { row_id: id, timestamp, op } of body.changes) rows.push(`${id} ${op} ${timestamp}`);
    if (!body.has_more) return rows;
    cursor = body.cursor;
  }
};

describe('a backup while four devices write', () => {
  it('brings back everything that was acknowledged before it; devices push the rest by themselves and agree', async () => {
    const folder = program.makeFolder();
    const place = `${folder}-backups`;
    const account = await makeAccount(program, folder, 'writers');
    let server: Serving | null = await program.serve(folder, ['--rate-limit', 'off']);
    const world = {
      ...account,
      password,
      // The devices know one address, behind which the server may be another one, or none.
      fetch: async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
        const { pathname, search } = new URL(input instanceof Request ? input.url : input);
        if (!server) throw new TypeError('fetch failed');
        return fetch(`${server.url}${pathname}${search}`, init);
      },
    } as unknown as World;
    const devices: TestDevice[] = [];
    for (const name of ['A', 'B', 'C', 'D']) devices.push(await openDevice(world, { name }));
    for (const device of devices) await device.sync.start();
    const put = (device: TestDevice, id: string) => device.table<Note>('notes').put({ id, text: `text of ${id}` });

    // Acknowledged before the backup began.
    for (const [index, device] of devices.entries())
      for (let n = 0; n < 10; n++) await put(device, `before-${index}-${n}`);
    for (const device of devices) await settled(device);

    // Four writers go on while it is taken, and until the server is killed.
    let isOver = false;
    const writers = devices.map(async (device, index) => {
      for (let n = 0; !isOver; n++) {
        await put(device, `during-${index}-${n}`);
        await delay(5);
      }
    });
    const report = await program.json<{ snapshot: string }>(folder, ['backup', place]);
    const running = server;
    server = null;
    running.signal('SIGKILL');
    await running.finished;
    isOver = true;
    await Promise.all(writers);

    const elsewhere = program.makeFolder();
    expect(await program.json(elsewhere, ['restore', place])).toMatchObject({ snapshot: report.snapshot, logs: 1 });
    const restored = await program.serve(elsewhere, ['--rate-limit', 'off']);
    const log = await readLog(restored, account);
    const before = new Set(log.map((row) => row.split(' ')[0]));
    for (let index = 0; index < 4; index++)
      for (let n = 0; n < 10; n++) expect(before.has(`before-${index}-${n}`)).toBe(true);

    server = restored;
    for (const device of devices) device.sync.now();
    for (const device of devices) await settled(device);
    const fresh = await openDevice(world, { name: 'E' });
    devices.push(fresh);
    await fresh.sync.start();
    await settled(fresh);
    const wanted = await notesOf(fresh);
    expect(wanted.length).toBeGreaterThan(40);
    for (const device of devices) {
      await until(async () => (await notesOf(device)).length === wanted.length, 'Agreement', patience);
      expect(await notesOf(device)).toEqual(wanted);
    }
    // No version of any row stands in the log twice.
    const rows = await readLog(restored, account);
    expect(new Set(rows).size).toBe(rows.length);
    expect(await program.json(elsewhere, ['verify'])).toMatchObject({ problems: 0 });
    for (const device of devices) await device.close();
  }, 240_000);
});
