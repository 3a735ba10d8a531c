import { expect } from 'vitest';
import type { Caller } from '../caller.js';
import type { Topic } from '../scenario.js';

const day = 24 * 60 * 60 * 1000;
const put = (caller: Caller, encrypted_key: string, headers: Record<string, string> = {}, extra: object = {}) =>
  caller.call('putKey', { body: { encrypted_key, ...extra }, headers });
const etagOf = ({ headers }: { headers: Readonly<Record<string, string>> }): string => headers['etag'] ?? '';

/** Key envelopes: P-55 to P-58. */
export const keys: Topic = (scenario) => {
  scenario('answers 404 until a key is stored, then exactly what was stored [P-55]', async (f) => {
    const caller = await f.caller();
    (await caller.call('getKey')).refusal('key_not_found');
    expect((await put(caller, 'ä😀 "\\')).ok()).toMatchObject({ key_version: 1 });
    expect((await caller.call('getKey')).ok()).toEqual({ encrypted_key: 'ä😀 "\\', key_version: 1 });
  });

  scenario('takes 1 to 4,096 characters, counted in code points [P-55]', async (f) => {
    const caller = await f.caller();
    for (const key of ['x', 'x'.repeat(4096), '😀'.repeat(4096)]) (await put(caller, key)).ok();
    for (const key of ['x'.repeat(4097), '😀'.repeat(4097)]) (await put(caller, key)).refusal('key_too_large');
    (await put(caller, '')).refusal('invalid_request');
    expect((await caller.call('getKey')).ok().encrypted_key).toBe('😀'.repeat(4096));
  });

  scenario('keeps the key version when an envelope takes the place of another [P-55]', async (f) => {
    const caller = await f.caller();
    for (const key of ['one', 'two', 'two', 'three']) expect((await put(caller, key)).ok().key_version).toBe(1);
    expect((await caller.call('status')).ok().key_version).toBe(1);
  });

  scenario('keeps the keys of two users and of two apps apart [P-7]', async (f) => {
    const caller = await f.caller();
    await put(caller, 'mine');
    for (const other of [await f.caller(caller.app), await f.logIn(await f.app(), caller.user)]) {
      (await other.call('getKey')).refusal('key_not_found');
    }
  });

  scenario('answers an ETag that is new with each envelope and the same on GET and PUT [P-56]', async (f) => {
    const caller = await f.caller();
    const first = etagOf(await put(caller, 'one'));
    expect(first).toMatch(/^"[^"]+"$/);
    expect(etagOf(await caller.call('getKey'))).toBe(first);
    const second = etagOf(await put(caller, 'one'));
    expect(second).not.toBe(first);
    expect(etagOf(await caller.call('getKey'))).toBe(second);
  });

  scenario('stores the first key only once with If-None-Match: *, also at the same time [P-56]', async (f) => {
    const caller = await f.caller();
    const headers = { 'if-none-match': '*' };
    const replies = await Promise.all(['one', 'two', 'three'].map((key) => put(caller, key, headers)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    (await put(caller, 'late', headers)).refusal('precondition_failed');
    expect((await caller.call('getKey')).ok()).toMatchObject({ key_version: 1 });
  });

  scenario('stores with If-Match only over the envelope of that tag, whatever W/ a proxy added [P-56]', async (f) => {
    const caller = await f.caller();
    (await put(caller, 'x', { 'if-match': '"nothing"' })).refusal('precondition_failed');
    (await put(caller, 'x', { 'if-match': '*' })).refusal('precondition_failed');
    const first = etagOf(await put(caller, 'one'));
    const second = etagOf(await put(caller, 'two', { 'if-match': first }));
    (await put(caller, 'three', { 'if-match': first })).refusal('precondition_failed');
    (await put(caller, 'three', { 'if-match': `"other", W/${second}` })).ok();
    (await put(caller, 'four', { 'if-match': '*' })).ok();
    expect((await caller.call('getKey')).ok().encrypted_key).toBe('four');
  });

  scenario('lets one of two writers win that hold the same tag [P-56]', async (f) => {
    const caller = await f.caller();
    const tag = etagOf(await put(caller, 'one'));
    const replies = await Promise.all(['two', 'three'].map((key) => put(caller, key, { 'if-match': tag })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  scenario('refuses a key_version that is not the current one, naming it [P-57]', async (f) => {
    const caller = await f.caller();
    await put(caller, 'one');
    (await put(caller, 'two', {}, { key_version: 1 })).ok();
    expect((await put(caller, 'three', {}, { key_version: 2 })).refusal('stale_key_version')).toEqual({
      key_version: 1,
    });
    const begin = { new_encrypted_key: 'four', key_version: 2 };
    expect((await caller.call('beginRotation', { body: begin })).refusal('stale_key_version')).toEqual({
      key_version: 1,
    });
    expect((await caller.call('getKey')).ok().encrypted_key).toBe('two');
  });

  scenario('keeps replaced envelopes readable for 90 days, newest first [P-58]', async (f) => {
    const caller = await f.caller();
    await put(caller, 'one');
    expect((await caller.call('keyHistory')).ok()).toEqual({ keys: [] });
    await put(caller, 'two');
    f.clock.advance(1000);
    await put(caller, 'three');
    const replacedAt = new Date(f.clock.now()).toISOString();
    const { keys: found } = (await caller.call('keyHistory')).ok();
    expect(found).toMatchObject([
      { encrypted_key: 'two', key_version: 1, replaced_at: replacedAt, reason: 'replaced' },
      { encrypted_key: 'one', key_version: 1, reason: 'replaced' },
    ]);
    f.clock.advance(90 * day - 1000);
    const later = await f.logIn(caller.app, caller.user);
    await f.maintain();
    expect((await later.call('keyHistory')).ok().keys.map(({ encrypted_key }) => encrypted_key)).toContain('two');
    f.clock.advance(2000);
    await f.maintain();
    expect((await later.call('keyHistory')).ok().keys).toEqual([]);
    expect((await later.call('getKey')).ok().encrypted_key).toBe('three');
  });
};
