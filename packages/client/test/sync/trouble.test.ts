import { limits } from '@synckeep/protocol';
import { describe, expect, test } from 'vitest';
import { mergeFields } from '../../src/merge/merge.js';
import { systemTimers } from '../../src/sync/timers.js';
import { type Note, quickTimers, settled, type TestDevice, until } from '../world/device.js';
import { cut, intercept, refuse } from '../world/intercept.js';
import { createPlainCipher } from '../world/plain-cipher.js';
import { openWorld } from '../world/server.js';
import { createStage, put, textOf } from '../world/stage.js';

const stage = createStage();
const { device, started } = stage;
const countOnServer = async (on: TestDevice) => (await on.call('status')).body.total_changes;

describe('the network', () => {
  test('a push whose answer was lost is sent again under the same batch id and stored once [P-33]', async () => {
    const batchIds: unknown[] = [];
    const fetch = intercept(stage.world.fetch, async ({ path, body, next }) => {
      if (path !== '/push') return null;
      batchIds.push(body['batch_id']);
      const answer = await next();
      return batchIds.length < 3 ? cut() : answer;
    });
    const a = await started({ fetch });
    await put(a, 'one', 'once');
    await settled(a);
    expect(new Set(batchIds).size).toBe(1);
    expect(batchIds).toHaveLength(3);
    expect(await countOnServer(a)).toBe(1);
  });

  test('an edit of a row that is on its way is pushed after it', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let pushes = 0;
    const fetch = intercept(stage.world.fetch, async ({ path }) => {
      if (path === '/push' && pushes++ === 0) await held;
      return null;
    });
    const a = await started({ fetch });
    await put(a, 'one', 'first');
    await until(() => pushes === 1);
    await put(a, 'one', 'second');
    release();
    await settled(a);
    const b = await started({ name: 'B' });
    expect(await textOf(b, 'one')).toBe('second');
    expect(await countOnServer(a)).toBe(2);
  });

  test('without a stream news are found by polling', async () => {
    const fetch = intercept(stage.world.fetch, ({ path }) => (path === '/subscribe' ? refuse(404, 'not_found') : null));
    const [a, b] = [await started({ name: 'A' }), await started({ name: 'B', fetch })];
    await put(a, 'one', 'news');
    await until(async () => (await textOf(b, 'one')) === 'news');
    expect(b.sync.status.live).toBe(false);
  });

  test('a pause after a failure is shown with its end, and now() ends it', async () => {
    let isDown = true;
    const fetch = intercept(stage.world.fetch, ({ path }) =>
      isDown && path === '/pull' ? refuse(503, 'unavailable') : null,
    );
    const a = await device({ fetch, timers: systemTimers });
    await a.sync.start();
    await until(() => a.sync.status.phase === 'backing-off');
    expect(a.sync.status).toMatchObject({ problem: { code: 'unavailable' }, retryAt: expect.any(Number) });
    isDown = false;
    a.sync.now();
    await settled(a);
    expect(a.sync.status).toMatchObject({ problem: null, retryAt: null });
  });
});

describe('one bad change', () => {
  test('a row that is too large goes to quarantine before the server refuses it, and the rest goes on', async () => {
    const a = await started();
    await put(a, 'large', 'x'.repeat(limits.bytesPerChange));
    await put(a, 'small', 'fits');
    await settled(a);
    const [aside] = await a.sync.quarantine.list();
    expect(aside).toMatchObject({ id: 'large', direction: 'outgoing', reason: 'change_too_large' });
    expect(await countOnServer(a)).toBe(1);
    await put(a, 'large', 'made smaller');
    await settled(a);
    expect(await a.sync.quarantine.list()).toEqual([]);
    expect(await countOnServer(a)).toBe(2);
  });

  test('the change that a refusal names is set aside, the others are pushed [P-31]', async () => {
    const fetch = intercept(stage.world.fetch, ({ path, body }) => {
      const { changes } = body;
      const index = Array.isArray(changes) ? changes.findIndex(({ row_id }) => row_id === 'bad') : -1;
      return path === '/push' && index >= 0 ? refuse(422, 'invalid_text', { index }) : null;
    });
    const a = await device({ fetch });
    for (const id of ['one', 'bad', 'two']) await put(a, id, id);
    await a.sync.start();
    await settled(a);
    expect(await countOnServer(a)).toBe(2);
    expect(await a.sync.quarantine.list()).toMatchObject([{ id: 'bad', reason: 'invalid_text' }]);
    expect(await textOf(a, 'bad')).toBe('bad');
  });

  test('a refusal that names none is narrowed down to the change at fault', async () => {
    const fetch = intercept(stage.world.fetch, ({ path, body }) => {
      const { changes } = body;
      const isBad = Array.isArray(changes) && changes.some(({ row_id }) => row_id === 'bad');
      return path === '/push' && isBad ? refuse(413, 'body_too_large') : null;
    });
    const a = await device({ fetch });
    for (let n = 0; n < 20; n += 1) await put(a, n === 7 ? 'bad' : `row${n}`, 'text');
    await a.sync.start();
    await settled(a);
    expect(await countOnServer(a)).toBe(19);
    expect(await a.sync.quarantine.list()).toMatchObject([{ id: 'bad', reason: 'body_too_large' }]);
  });

  test.each(['swapped', 'altered', 'relabelled', 'moved'])(
    'a ciphertext that the server %s is refused and reported, and the rest is applied',
    async (kind) => {
      const a = await started({ name: 'A' });
      for (const id of ['one', 'two', 'three']) await put(a, id, id);
      await settled(a);
      const fetch = intercept(stage.world.fetch, async ({ path, next }) => {
        const answer = await next();
        if (path !== '/pull') return answer;
        const page = await answer.json();
        const [first, second] = page.changes;
        if (!first) return Response.json(page);
        if (kind === 'swapped') [first.data, second.data] = [second.data, first.data];
        if (kind === 'altered') first.data = `AAAA${first.data.slice(4)}`;
        if (kind === 'relabelled') first.op = 'delete';
        if (kind === 'moved') first.table = 'other';
        return Response.json(page);
      });
      const b = await device({ name: 'B', fetch });
      const reported: string[] = [];
      b.sync.on('quarantined', (changes) => reported.push(...changes.map(({ reason }) => reason)));
      await b.sync.start();
      await settled(b);
      expect(reported.length).toBe(kind === 'swapped' ? 2 : 1);
      expect(reported.every((reason) => reason === 'tampered' || reason === 'malformed')).toBe(true);
      expect(await b.table<Note>('notes').query()).toHaveLength(3 - reported.length);
    },
  );

  test('an old state that the server shows again does not come back', async () => {
    const a = await started({ name: 'A' });
    await put(a, 'one', 'old');
    await settled(a);
    await put(a, 'one', 'new');
    await settled(a);
    const fetch = intercept(stage.world.fetch, async ({ path, next }) => {
      const answer = await next();
      if (path !== '/pull') return answer;
      const page = await answer.json();
      return Response.json({ ...page, changes: [...page.changes, ...page.changes.slice(0, 1)] });
    });
    const b = await started({ name: 'B', fetch });
    expect(await textOf(b, 'one')).toBe('new');
  });
});

describe('what the person must settle', () => {
  test('a full storage holds inserts and lets deletes through [P-36]', async () => {
    const a = await started();
    await put(a, 'one', 'fits');
    await settled(a);
    await stage.world.server.apps.update(stage.world.appId, { bytesLimit: 10 });
    await put(a, 'two', 'does not fit');
    await until(() => a.sync.status.problem?.code === 'quota_exceeded');
    await a.table<Note>('notes').delete('one');
    await until(async () => (await countOnServer(a)) === 2);
    expect(await textOf(a, 'two')).toBe('does not fit');
    await stage.world.server.apps.update(stage.world.appId, { bytesLimit: null });
    a.sync.now();
    await settled(a);
    expect(a.sync.status.problem).toBeNull();
    expect(await countOnServer(a)).toBe(3);
  });

  test('a revoked token asks for a login, and the login takes everything up again', async () => {
    const a = await started();
    stage.world.revokeTokens();
    await until(() => a.sync.status.phase === 'needs-login');
    await put(a, 'one', 'waits');
    await until(() => a.sync.status.unsent === 1);
    await a.session.logIn({ email: stage.world.email, password: stage.world.password });
    await settled(a);
    expect(await countOnServer(a)).toBe(1);
  });

  test('a removed device registers again [P-38]', async () => {
    const a = await started();
    const [registered] = (await a.call('listDevices')).body;
    await a.call('deleteDevice', { params: { device_id: registered?.id ?? '' } });
    await put(a, 'one', 'still arrives');
    await settled(a);
    expect(await countOnServer(a)).toBe(1);
  });

  test('a store of another account is not mixed with this one', async () => {
    const other = await openWorld();
    const a = await started();
    const answer = { token: 'x', userId: other.userId, appId: other.appId, refreshToken: null };
    await expect(a.session.adopt(answer)).rejects.toMatchObject({ code: 'other_account' });
    await other.close();
  });
});

describe('keys', () => {
  test('a change under a key that is not known waits and is applied once the key is there', async () => {
    const a = await started({ name: 'A' });
    a.keys.set({ cipher: createPlainCipher([0, 1]), keyVersion: null });
    await put(a, 'one', 'under the new key');
    await settled(a);
    const b = await started({ name: 'B' });
    expect(await textOf(b, 'one')).toBeUndefined();
    expect(await b.sync.quarantine.list()).toMatchObject([{ reason: 'unknown_key' }]);
    b.keys.set({ cipher: createPlainCipher([0, 1]), keyVersion: null });
    await until(async () => (await textOf(b, 'one')) !== undefined);
    expect(await textOf(b, 'one')).toBe('under the new key');
    expect(await b.sync.quarantine.list()).toEqual([]);
  });

  test('a batch under a stale key is encrypted again and keeps its batch id [P-64]', async () => {
    const a = await started();
    await a.call('putKey', { body: { encrypted_key: 'envelope' } });
    const sent: [unknown, unknown][] = [];
    a.keys.set({ cipher: createPlainCipher([0, 1]), keyVersion: 5 });
    a.keys.onServer = { cipher: createPlainCipher([0, 1, 2]), keyVersion: 1 };
    const b = await device({
      state: a.state,
      fetch: intercept(stage.world.fetch, ({ path, body }) => {
        if (path === '/push') sent.push([body['batch_id'], body['key_version']]);
        return null;
      }),
    });
    await a.close();
    b.keys.set({ cipher: createPlainCipher([0, 1]), keyVersion: 5 });
    b.keys.onServer = { cipher: createPlainCipher([0, 1, 2]), keyVersion: 1 };
    await put(b, 'one', 'text');
    await b.sync.start();
    await settled(b);
    expect(sent.map(([, version]) => version)).toEqual([5, 1]);
    expect(new Set(sent.map(([id]) => id)).size).toBe(1);
  });

  test('locked keys keep changes here until they are unlocked', async () => {
    const a = await device();
    a.keys.onServer = null;
    a.keys.set(null);
    await a.sync.start();
    await put(a, 'one', 'waits');
    await until(() => a.sync.status.phase === 'needs-key');
    a.keys.set({ cipher: createPlainCipher(), keyVersion: null });
    await settled(a);
    expect(await countOnServer(a)).toBe(1);
  });
});

describe('merging', () => {
  test('edits of two fields side by side are both kept by mergeFields', async () => {
    const tables = { notes: { merge: mergeFields } };
    const [a, b] = [await started({ name: 'A', tables }), await started({ name: 'B', tables })];
    await a.table<Note>('notes').put({ id: 'one', text: 'text', title: 'title' });
    await until(async () => (await textOf(b, 'one')) === 'text');
    await a.sync.stop();
    await b.sync.stop();
    await a.table<Note>('notes').put({ id: 'one', text: 'new text', title: 'title' });
    await b.table<Note>('notes').put({ id: 'one', text: 'text', title: 'new title' });
    await a.sync.start();
    await settled(a);
    await b.sync.start();
    await settled(b);
    const merged = { id: 'one', text: 'new text', title: 'new title' };
    expect(await b.table<Note>('notes').get('one')).toEqual(merged);
    await until(async () => (await a.table<Note>('notes').get('one'))?.title === 'new title');
    expect(await a.table<Note>('notes').get('one')).toEqual(merged);
  });

  test('a device whose clock is a year ahead does not win for ever', async () => {
    const year = 365 * 24 * 3600 * 1000;
    const ahead = await device({ name: 'Ahead', timers: { ...quickTimers, now: () => Date.now() + year } });
    const right = await started({ name: 'Right' });
    await put(ahead, 'one', 'from the wrong clock');
    await ahead.sync.start();
    await settled(ahead);
    await until(async () => (await textOf(right, 'one')) !== undefined);
    await put(right, 'one', 'corrected');
    await until(async () => (await textOf(ahead, 'one')) === 'corrected');
    await put(ahead, 'one', 'again from the wrong clock');
    await until(async () => (await textOf(right, 'one')) === 'again from the wrong clock');
  });

  test('a merge that throws sets the change aside and stops nothing', async () => {
    const tables = {
      notes: {
        merge: () => {
          throw new Error('A mistake of the program.');
        },
      },
    };
    const a = await started({ name: 'A' });
    await put(a, 'one', 'from a');
    await put(a, 'two', 'from a');
    await settled(a);
    const b = await device({ name: 'B', tables });
    await put(b, 'one', 'from b');
    await b.sync.start();
    await settled(b);
    expect(await b.sync.quarantine.list()).toMatchObject([{ id: 'one', reason: 'merge_failed' }]);
    expect(await textOf(b, 'two')).toBe('from a');
  });
});
