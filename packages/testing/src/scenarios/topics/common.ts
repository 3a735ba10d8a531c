import { prefixes, SyncError } from '@synckeep/protocol';
import { expect } from 'vitest';
import { change } from '../changes.js';
import type { Topic } from '../scenario.js';
import { checkError } from '../wire-check.js';

const [prefix] = prefixes;

/** What holds for every operation: P-1 to P-9. */
export const common: Topic = (scenario) => {
  scenario('answers 404 for a path that has no operation [P-4]', async (f) => {
    for (const path of ['/', '/nothing', '/auth/', '/devices/a/b', '//push', '/push/', '/PUSH', '/keys/rotate']) {
      const answer = await f.send({ method: 'GET', path: prefix + path });
      expect(checkError(answer), path).toBe('not_found');
    }
  });

  scenario('answers 405 with every method of the path for another one [P-4]', async (f) => {
    const answer = await f.send({ method: 'POST', path: `${prefix}/keys` });
    expect(checkError(answer)).toBe('method_not_allowed');
    expect(answer.headers['allow']?.split(', ').sort()).toEqual(expect.arrayContaining(['GET', 'PUT']));
  });

  scenario('carries a request id in every answer [P-4]', async (f) => {
    const device = await f.device();
    const ids = [
      (await device.push([])).headers['x-request-id'],
      (await f.call('status')).headers['x-request-id'],
      (await f.send({ method: 'GET', path: `${prefix}/nothing` })).headers['x-request-id'],
    ];
    for (const id of ids) expect(id).toMatch(/^\S{8,}$/);
    expect(new Set(ids).size).toBe(3);
  });

  scenario('ignores unknown fields of a request [P-5]', async (f) => {
    const device = await f.device();
    const extra = { ...change('a'), colour: 'red', __proto__x: {} };
    const reply = await device.call('push', {
      body: { device_id: device.id, changes: [extra], later: [1, { a: null }] },
    });
    expect(reply.ok().accepted).toBe(1);
  });

  scenario('takes null for an optional field like leaving it out [P-5]', async (f) => {
    const device = await f.device();
    const body = { device_id: device.id, changes: [], batch_id: null, key_version: null, base: null };
    (await device.call('push', { body })).ok();
    (
      await device.call('pull', {
        body: { device_id: device.id, cursor: null, limit: null, rich: null, include_own: null },
      })
    ).ok();
  });

  scenario('takes an empty body as {} whatever its content type [P-5]', async (f) => {
    const caller = await f.caller();
    for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
      const reply = await caller.call('rotationEntries', { raw: '', headers: { 'content-type': type } });
      reply.refusal('no_rotation');
    }
  });

  scenario('takes application/json with parameters and in any letter case [P-5]', async (f) => {
    const device = await f.device();
    const body = { device_id: device.id };
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset=UTF-8']) {
      (await device.call('pull', { body, headers: { 'content-type': type } })).ok();
    }
  });

  scenario('refuses a body of another content type [P-5]', async (f) => {
    const device = await f.device();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'json', '']) {
      const reply = await device.call('pull', { body: { device_id: device.id }, headers: { 'content-type': type } });
      reply.refusal('unsupported_media_type');
    }
  });

  scenario('refuses JSON that is cut off, doubled, or not UTF-8 [P-5]', async (f) => {
    const device = await f.device();
    const broken = ['{', '{"device_id":', '{}{}', "{'a':1}", 'undefined', 'NaN', Uint8Array.of(34, 0xff, 34)];
    for (const raw of broken) (await device.call('pull', { raw })).refusal('invalid_json');
  });

  scenario('refuses a body that is no object [P-5]', async (f) => {
    const device = await f.device();
    for (const body of [null, 1, 'text', true, [], [{}]])
      (await device.call('pull', { body })).refusal('invalid_request');
  });

  scenario('takes a body at the byte limit of its operation and refuses one byte more [P-5]', async (f) => {
    const caller = await f.caller();
    const text = JSON.stringify({ encrypted_key: 'k' });
    const limit = 64 * 1024;
    (await caller.call('putKey', { raw: text.padEnd(limit) })).ok();
    (await caller.call('putKey', { raw: text.padEnd(limit + 1) })).refusal('body_too_large');
  });

  scenario('refuses half a surrogate pair and U+0000 in any string or name of a body [P-3]', async (f) => {
    const device = await f.device();
    for (const unit of ['\\ud800', '\\udc00', '\\ude00\\ud83d', '\\u0000']) {
      const bodies = [
        `{"device_id":"${unit}"}`,
        `{"device_id":"${device.id}","unknown":["${unit}"]}`,
        `{"device_id":"${device.id}","${unit}":1}`,
      ];
      for (const raw of bodies) (await device.call('pull', { raw })).refusal('invalid_text');
    }
    const raw = `{"device_id":"${device.id}","changes":[{"table":"t","op":"insert","row_id":"\\ud83d\\ude00","timestamp":"2026-03-13T10:05:00Z"}]}`;
    expect((await device.call('push', { raw })).ok().accepted).toBe(1);
  });

  scenario('names the change that holds a broken string [P-3] [P-31]', async (f) => {
    const device = await f.device();
    const pushed = [change('a'), change('b', { data: 'x\ud800' })];
    expect((await device.push(pushed)).refusal('invalid_text')).toMatchObject({
      index: 1,
      table: 'tasks',
      row_id: 'b',
    });
  });

  scenario('finds a broken string in lists and names at any depth, and lets a sound escape pass [P-3]', async (f) => {
    const device = await f.device();
    const nest = (text: string, numbers: number) =>
      `${'[{"a":'.repeat(50)}[${'0,'.repeat(numbers)}{"b":[0,"${text}"]}]${'}]'.repeat(50)}`;
    const toRaw = (deep: string, extra: string) => {
      const fields = JSON.stringify(change('b')).slice(0, -1);
      const changes = `[${JSON.stringify(change('a'))},${fields},"deep":${deep}}]`;
      return `{"device_id":"${device.id}","batch_id":"big","changes":${changes},"extra":${extra}}`;
    };
    const refuse = async (raw: string) => (await device.call('push', { raw })).refusal('invalid_text');
    const where = { index: 1, table: 'tasks', row_id: 'b' };
    for (const unit of ['\\ud800', 'a\\uDFFFb', '\\u0000']) {
      expect(await refuse(toRaw(nest(unit, 3), '0'))).toEqual(where);
      expect(await refuse(toRaw(`[[{"${unit}":[]}]]`, '0'))).toEqual(where);
      expect(await refuse(toRaw('0', `{"in":${nest(unit, 3)}}`))).toEqual({});
      expect(await refuse(nest(unit, 3))).toEqual({});
    }
    const many = 2 ** 21;
    expect(await refuse(toRaw(nest('\\ud800', many), '0'))).toEqual(where);
    expect(await refuse(`[${'0,'.repeat(many)}"\\ud800"]`)).toEqual({});
    const sound = '\\u0041 \\\\u0000 \\\\ud800 \\ud83d\\ude00';
    expect((await device.call('push', { raw: toRaw(nest(sound, 3), nest(sound, many)) })).ok().accepted).toBe(2);
  });

  scenario('refuses broken percent-encoding in a path and in a query [P-4]', async (f) => {
    const caller = await f.caller();
    for (const path of ['/devices/%', '/devices/%zz', '/devices/%c3%28', '/devices/%ff']) {
      const answer = await f.send({
        method: 'DELETE',
        path: prefix + path,
        headers: { authorization: `Bearer ${caller.token}` },
      });
      expect(checkError(answer), path).toBe('invalid_path');
    }
    const answer = await f.send({
      method: 'GET',
      path: `${prefix}/subscribe`,
      query: 'cursor=%e0%a4%a',
      headers: { authorization: `Bearer ${caller.token}` },
    });
    expect(checkError(answer)).toBe('invalid_path');
  });

  scenario('compares ids byte for byte [P-2] [P-3]', async (f) => {
    const device = await f.device();
    for (const id of [device.id.toUpperCase(), ` ${device.id}`, `${device.id} `]) {
      (await device.call('pull', { body: { device_id: id } })).refusal('unknown_device');
    }
  });

  scenario(
    'answers 500 with a request id and nothing of the cause when a storage fails [P-4]',
    async (f) => {
      const device = await f.device();
      const log = f.storage.changeLog;
      log.append = async () => {
        throw new Error('SQLITE_CORRUPT: /var/lib/secret.db');
      };
      const reply = await device.push([change('a')]);
      expect(reply.status).toBe(500);
      reply.refusal('internal');
      expect(reply.text).not.toMatch(/SQLITE|secret|stack|\.ts|\.js/);
      expect(f.log.text()).toContain(reply.headers['x-request-id']);
      expect(f.log.text()).toContain('SQLITE_CORRUPT');
    },
    { isFaulty: true },
  );

  scenario(
    'answers 503 with Retry-After when a backend is down, and goes on when it is back [P-4]',
    async (f) => {
      const device = await f.device();
      const { changeLog } = f.storage;
      const append = changeLog.append.bind(changeLog);
      changeLog.append = async () => {
        changeLog.append = append;
        throw new SyncError('unavailable');
      };
      const reply = await device.push([change('a')]);
      reply.refusal('unavailable');
      expect(reply.status).toBe(503);
      (await device.push([change('a')])).ok();
    },
    { isFaulty: true },
  );
};
