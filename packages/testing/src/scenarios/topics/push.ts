import { expect } from 'vitest';
import { change, changes } from '../changes.js';
import type { Topic } from '../scenario.js';

const MiB = 1024 * 1024;

/** The shape of a push and its limits: P-30 to P-32 and P-37 to P-38. */
export const push: Topic = (scenario) => {
  scenario('stores 0 to 500 changes and refuses 501 [P-30]', async (f) => {
    const device = await f.device();
    expect((await device.push([])).ok()).toMatchObject({ accepted: 0, replayed: false });
    expect((await device.push(changes(500))).ok()).toMatchObject({ accepted: 500 });
    (await device.push(changes(501))).refusal('too_many_changes');
    expect((await device.call('status')).ok().total_changes).toBe(500);
  });

  const edges: readonly [string, object, object][] = [
    ['table of 100 characters', { table: 'a'.repeat(100) }, { table: 'a'.repeat(101) }],
    ['table of letters, digits and underscores', { table: 'aZ_09' }, { table: 'a-b' }],
    ['table in ASCII', { table: 'tasks' }, { table: 'täsks' }],
    ['table that is not empty', { table: '_' }, { table: '' }],
    ['table without a line break', { table: 'a' }, { table: 'a\n' }],
    ['row id of 255 characters', { row_id: 'x'.repeat(255) }, { row_id: 'x'.repeat(256) }],
    ['row id of 255 code points', { row_id: '😀'.repeat(255) }, { row_id: '😀'.repeat(256) }],
    ['row id that is not empty', { row_id: ' ' }, { row_id: '' }],
    ['op in any letter case', { op: 'InSeRt' }, { op: 'upsert' }],
    ['op without spaces', { op: 'DELETE' }, { op: ' delete' }],
    ['op in ASCII', { op: 'insert' }, { op: 'ınsert' }],
    [
      'timestamp of 64 characters',
      { timestamp: `2026-03-13T10:05:00.${'1'.repeat(43)}Z` },
      { timestamp: `2026-03-13T10:05:00.${'1'.repeat(44)}Z` },
    ],
    ['timestamp with an offset', { timestamp: '2026-03-13T10:05:00-23:59' }, { timestamp: '2026-03-13T10:05:00' }],
    ['timestamp with a leap second', { timestamp: '2016-12-31T23:59:60Z' }, { timestamp: '2016-12-31T23:59:61Z' }],
    ['timestamp with a T', { timestamp: '2026-03-13t10:05:00z' }, { timestamp: '2026-03-13 10:05:00Z' }],
    ['timestamp of a real month', { timestamp: '2026-12-13T10:05:00Z' }, { timestamp: '2026-13-13T10:05:00Z' }],
    ['text or nothing as data', { data: null }, { data: 5 }],
    ['100 blobs', { blobs: Array(100).fill('a'.repeat(64)) }, { blobs: Array(101).fill('a'.repeat(64)) }],
    ['hashes of 64 hex digits', { blobs: ['A'.repeat(64)] }, { blobs: ['g'.repeat(64)] }],
  ];
  for (const [what, inside, outside] of edges) {
    scenario(`takes a ${what} and names the change that breaks the rule [P-30] [P-31]`, async (f) => {
      const device = await f.device();
      const send = (fields: object) =>
        device.call('push', {
          body: { device_id: device.id, changes: [change('first'), { ...change('second'), ...fields }] },
        });
      expect((await send(inside)).ok().accepted).toBe(2);
      expect((await send(outside)).refusal('invalid_request')).toMatchObject({ index: 1 });
      expect((await device.call('status')).ok().total_changes).toBe(2);
    });
  }

  for (const field of ['table', 'op', 'row_id', 'timestamp'] as const) {
    scenario(`refuses a change without ${field}, naming it [P-30] [P-31]`, async (f) => {
      const device = await f.device();
      const { [field]: _, ...rest } = change('incomplete');
      const body = { device_id: device.id, changes: [change('a'), change('b'), rest] };
      const details = (await device.call('push', { body })).refusal('invalid_request');
      expect(details).toMatchObject({ index: 2, ...(field !== 'row_id' && { row_id: 'incomplete' }) });
    });
  }

  scenario('stores nothing of 500 changes when one is bad, and names index, table and row [P-31] [P-32]', async (f) => {
    const device = await f.device();
    const batch = changes(500).map((each, n) => (n === 317 ? { ...each, timestamp: 'yesterday' } : each));
    const details = (await device.push(batch)).refusal('invalid_request');
    expect(details).toMatchObject({ index: 317, table: 'tasks', row_id: 'row-317' });
    expect((await device.call('status')).ok().total_changes).toBe(0);
    expect((await device.push(batch.filter((_, n) => n !== 317))).ok().accepted).toBe(499);
  });

  scenario('takes data of exactly 1 MiB in bytes and refuses one more, naming the change [P-30] [P-31]', async (f) => {
    const device = await f.device();
    (await device.push([change('fits', { data: 'x'.repeat(MiB) })])).ok();
    (await device.push([change('fits', { data: 'ä'.repeat(MiB / 2) })])).ok();
    for (const data of ['x'.repeat(MiB + 1), `${'ä'.repeat(MiB / 2)}x`, '😀'.repeat(MiB / 4 + 1)]) {
      const details = (await device.push([change('a'), change('big', { data })])).refusal('change_too_large');
      expect(details).toMatchObject({ index: 1, table: 'tasks', row_id: 'big' });
    }
    expect((await device.call('status')).ok().total_changes).toBe(2);
  });

  scenario('takes a body of exactly 16 MiB and refuses one byte more [P-30]', async (f) => {
    const device = await f.device();
    const batch = Array.from({ length: 15 }, (_, n) => change(`row-${n}`, { data: 'x'.repeat(MiB) }));
    const text = JSON.stringify({ device_id: device.id, changes: batch });
    expect((await device.call('push', { raw: text.padEnd(16 * MiB) })).ok().accepted).toBe(15);
    (await device.call('push', { raw: text.padEnd(16 * MiB + 1) })).refusal('body_too_large');
  });

  scenario('takes a batch id of 1 to 64 characters [P-30]', async (f) => {
    const device = await f.device();
    for (const batch_id of ['x', '😀'.repeat(64), 'x'.repeat(64)])
      (await device.push([change('a')], { batch_id })).ok();
    for (const batch_id of ['', 'x'.repeat(65), '😀'.repeat(65)]) {
      (await device.push([change('a')], { batch_id })).refusal('invalid_request');
    }
  });

  scenario('answers op in lower case, and update of an unknown row is stored [P-30] [P-42]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const ops = ['insert', 'INSERT', 'Update', 'uPDATE', 'Delete', 'DELETE'];
    (await laptop.push(ops.map((op, n) => change(`row-${n}`, { op })))).ok();
    const pulled = (await phone.pull()).ok().changes.map(({ op }) => op);
    expect(pulled).toEqual(ops.map((op) => op.toLowerCase()));
  });

  scenario('returns timestamps byte for byte [P-3]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const timestamps = [
      '2026-03-13T10:05:00.123456789Z',
      '2026-03-13T10:05:00.000Z',
      '2026-03-13T10:05:00Z',
      '2026-03-13t10:05:00z',
      '2026-03-13T10:05:00.1+02:00',
      '2026-03-13T10:05:00-00:00',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:60.999999999999999999Z',
      '2026-02-31T10:05:00Z',
    ];
    (await laptop.push(timestamps.map((timestamp, n) => change(`row-${n}`, { timestamp })))).ok();
    expect((await phone.pull()).ok().changes.map(({ timestamp }) => timestamp)).toEqual(timestamps);
  });

  scenario('returns every text byte for byte, without normalisation or trimming [P-3]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const texts = [
      'é',
      'e\u0301',
      ' a ',
      'A',
      '\u202e\ufeff',
      '__proto__',
      '"\\\u0001\u2028',
      '😀',
      "'; DROP TABLE",
      '1e9',
    ];
    (await laptop.push(texts.map((text) => change(text, { data: text })))).ok();
    const pulled = (await phone.pull()).ok().changes;
    expect(pulled.map(({ row_id }) => row_id)).toEqual(texts);
    expect(pulled.map(({ data }) => data)).toEqual(texts);
  });

  scenario('keeps data on a delete, and null where none came [P-30] [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { data: _, ...bare } = change('absent', { op: 'delete' });
    const pushed = [
      change('kept', { op: 'delete', data: 'tombstone' }),
      change('null', { op: 'delete', data: null }),
      bare,
      change('empty', { data: '' }),
    ];
    (await laptop.push(pushed)).ok();
    expect((await phone.pull()).ok().changes.map(({ data }) => data)).toEqual(['tombstone', null, null, '']);
  });

  scenario('answers how many changes it stored, which blobs are missing, and the time [P-37]', async (f) => {
    const device = await f.device();
    const [one, two] = ['A'.repeat(64), 'b'.repeat(64)];
    const answer = (await device.push([change('a', { blobs: [one, two] }), change('b', { blobs: [two] })])).ok();
    expect(answer).toMatchObject({ accepted: 2, replayed: false, missing_blobs: [one.toLowerCase(), two] });
    expect(Date.parse(answer.server_time)).toBe(f.clock.now());
  });

  scenario('refuses a device that is not of this user and app like one that does not exist [P-7] [P-38]', async (f) => {
    const device = await f.device();
    const ofUser = await f.device(await f.caller(device.app));
    const ofApp = await f.device(await f.logIn(await f.app(), device.user));
    const texts = new Set<string>();
    for (const device_id of [ofUser.id, ofApp.id, 'nobody', '00000000-0000-4000-8000-000000000000']) {
      const reply = await device.push([change('a')], { device_id });
      reply.refusal('unknown_device');
      texts.add(reply.text);
    }
    expect(texts.size).toBe(1);
    expect((await ofUser.call('status')).ok().total_changes).toBe(0);
  });
};
