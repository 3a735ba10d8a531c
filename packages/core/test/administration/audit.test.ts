import { expect, it } from 'vitest';
import { createAudit, forgetInAudit, listAudit, operator } from '../../src/index.js';
import { createMemoryStorage } from '../../src/memory/index.js';
import { openServer } from '../opened-server.js';

const day = 86_400_000;
const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };
const whole = { after: null, limit: 100 };

const open = () => {
  const { records } = createMemoryStorage();
  let now = Date.UTC(2030, 0, 1);
  const clock = { now: () => now, after: () => () => {} };
  const audit = createAudit({ clock, random, retention: 30 * 86_400 });
  return {
    records,
    clock,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
    async write(action: string, ids: { user?: string; app?: string } = {}) {
      const subject = ids.user === undefined ? null : { kind: 'user', id: ids.user };
      const entry = audit.entry({ ...operator, action, appId: ids.app ?? null, subject });
      await records.transact([entry], now);
    },
  };
};

it('lists the newest rows first, page by page, and by whom or what they name, action and time', async () => {
  const { records, clock, advance, write } = open();
  const start = clock.now();
  for (const user of ['anna', 'ben', 'anna']) {
    await write('login', { user, app: 'notes' });
    advance(1000);
    await write('login.fail', { user });
    advance(1000);
  }
  const actions = async (filter: Parameters<typeof listAudit>[1], limit = 100) => {
    const listed: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(records, filter, { after, limit });
      listed.push(...page.rows.map(({ at, action, subject }) => `${(at - start) / 1000} ${action} ${subject?.id}`));
      after = page.next;
      if (after === null) return listed;
    }
  };
  const all = [
    '5 login.fail anna',
    '4 login anna',
    '3 login.fail ben',
    '2 login ben',
    '1 login.fail anna',
    '0 login anna',
  ];
  for (const limit of [1, 4, 6]) expect(await actions({}, limit)).toEqual(all);
  expect(await actions({ mentions: ['ben'] })).toEqual(['3 login.fail ben', '2 login ben']);
  expect(await actions({ mentions: ['notes'] })).toHaveLength(3);
  expect(await actions({ mentions: ['notes', 'ben'] })).toEqual(['2 login ben']);
  expect(await actions({ action: 'login' }, 1)).toEqual(['4 login anna', '2 login ben', '0 login anna']);
  expect(await actions({ mentions: ['anna'], action: 'login' }, 1)).toEqual(['4 login anna', '0 login anna']);
  expect(await actions({ since: start + 2000, until: start + 4000 }, 1)).toEqual(['3 login.fail ben', '2 login ben']);
});

it('keeps rows as long as its retention says and sweeps them then', async () => {
  const { records, clock, advance, write } = open();
  await write('app.create');
  advance(30 * day - 1);
  expect(await records.sweep(clock.now(), 10)).toBe(0);
  advance(1);
  expect(await records.sweep(clock.now(), 10)).toBe(1);
});

it('gives an erased id one random pseudonym in all of its rows, also when the erasing is repeated, and another one later', async () => {
  const { records, clock, advance, write } = open();
  const deps = { records, clock, random };
  const pseudonyms = async () => {
    const { rows } = await listAudit(records, {}, whole);
    return [...new Set(rows.map(({ subject }) => subject?.id))];
  };
  for (let n = 0; n < 250; n += 1) await write('login', { user: 'anna' });
  await forgetInAudit(deps, 'anna');
  const [first] = await pseudonyms();
  expect(first).toMatch(/^erased-[0-9a-f]{32}$/);
  await write('user.disable', { user: 'anna' });
  await Promise.all([forgetInAudit(deps, 'anna'), forgetInAudit(deps, 'anna')]);
  expect(await pseudonyms()).toEqual([first]);
  advance(day);
  await write('login', { user: 'anna' });
  await forgetInAudit(deps, 'anna');
  expect(await pseudonyms()).toHaveLength(2);
});

it('erases an expired row that names the id', async () => {
  const { records, clock, advance, write } = open();
  await write('login', { user: 'anna' });
  advance(31 * day);
  await forgetInAudit({ records, clock, random }, 'anna');
  expect((await listAudit(records, {}, whole)).rows).toEqual([]);
});

it('has a row for each deed of the administration of apps, with who did it, and none for what did not happen', async () => {
  const { server, storage } = await openServer();
  const admin = { actor: { kind: 'admin', id: 'token-1' }, address: '203.0.113.7' } as const;
  const { app } = await server.apps.by(admin).create({ name: 'Secret name' });
  await server.apps.update(app.id, { paused: true, bytesLimit: 7 });
  await server.apps.by(admin).rotateKey(app.id, { overlapSeconds: 60 });
  expect(await server.apps.update('11111111-2222-4333-8444-555555555555', { paused: true })).toBeNull();
  expect(await server.eraseApp('11111111-2222-4333-8444-555555555555')).toBe(false);
  const { rows } = await listAudit(storage.records, { mentions: [app.id] }, whole);
  expect(rows.map(({ action, actor, address, details }) => ({ action, actor, address, details })).reverse()).toEqual([
    { action: 'app.create', ...admin, details: {} },
    { action: 'app.update', ...operator, details: { changed: 'paused, bytesLimit' } },
    { action: 'app.rotate_key', ...admin, details: { overlap_seconds: 60 } },
  ]);
  expect(JSON.stringify(rows)).not.toContain('Secret name');
  expect((await listAudit(storage.records, {}, whole)).rows).toHaveLength(4);
  await server.eraseApp(app.id, admin);
  const after = await listAudit(storage.records, {}, whole);
  expect(after.rows).toHaveLength(5);
  expect(JSON.stringify(after.rows)).not.toContain(app.id);
});
