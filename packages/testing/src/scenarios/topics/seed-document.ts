import { createHash } from 'node:crypto';
import { prefixes } from '@synckeep/protocol';
import { expect } from 'vitest';
import type { Topic } from '../scenario.js';
import { putUrl, readUrl } from '../signed-url.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const json = (token?: string) => ({
  'Content-Type': 'application/json',
  ...(token !== undefined && { Authorization: `Bearer ${token}` }),
});

/** The published description of the API, example by example, under each prefix. */
export const seedDocument: Topic = (scenario) => {
  for (const prefix of prefixes) {
    scenario(
      `answers every example of the API description under ${prefix} [P-1] [P-10] [P-20] [P-30] [P-40]`,
      async (f) => {
        const app = await f.app();
        const user = await f.user();
        const send = async (method: string, path: string, body?: unknown, token?: string) => {
          const answer = await f.send({
            method,
            path: prefix + path,
            headers: json(token),
            body: body === undefined ? null : JSON.stringify(body),
          });
          return { status: answer.status, body: answer.text === '' ? null : JSON.parse(answer.text) };
        };

        const login = await send('POST', '/auth', { email: user.email, password: user.password, api_key: app.apiKey });
        expect(login).toEqual({ status: 200, body: { token: expect.any(String), user_id: user.id, app_id: app.id } });
        expect(user.id).toMatch(uuid);
        expect(app.id).toMatch(uuid);
        const { token } = login.body;

        const macbook = await send('POST', '/devices', { device_name: "Alice's MacBook", platform: 'macos' }, token);
        expect(macbook).toMatchObject({
          status: 201,
          body: { id: expect.stringMatching(uuid), device_name: "Alice's MacBook", created_at: expect.any(String) },
        });
        const again = await send('POST', '/devices', { device_name: "Alice's MacBook", platform: 'macos' }, token);
        expect(again).toMatchObject({ status: 200, body: { id: macbook.body.id } });
        f.clock.advance(1);
        const phone = await send('POST', '/devices', { device_name: 'Phone', platform: 'ios' }, token);
        expect(await send('GET', '/devices', undefined, token)).toMatchObject({
          status: 200,
          body: [{ id: macbook.body.id }, { id: phone.body.id }],
        });

        const change = {
          table: 'tasks',
          op: 'insert',
          row_id: 'task-001',
          timestamp: '2026-03-13T10:05:00Z',
          data: '<encrypted-blob>',
        };
        const batch = { device_id: macbook.body.id, batch_id: 'a1b2c3d4-0000', changes: [change] };
        const pushed = await send('POST', '/push', batch, token);
        expect(pushed).toMatchObject({ status: 200, body: { cursor: expect.any(String) } });
        const repeated = await send('POST', '/push', batch, token);
        expect(repeated).toMatchObject({ status: 200, body: { cursor: pushed.body.cursor } });

        const first = await send('POST', '/pull', { device_id: phone.body.id }, token);
        expect(first).toMatchObject({
          status: 200,
          body: { changes: [change], cursor: expect.any(String), has_more: false },
        });
        const update = { ...change, op: 'update', timestamp: '2026-03-13T10:10:00Z' };
        await send('POST', '/push', { device_id: phone.body.id, batch_id: 'b', changes: [update] }, token);
        const pulled = await send('POST', '/pull', { device_id: macbook.body.id, cursor: pushed.body.cursor }, token);
        expect(pulled.body.changes).toContainEqual(update);

        expect(await send('GET', '/status', undefined, token)).toMatchObject({
          status: 200,
          body: { total_changes: 2, latest_cursor: expect.any(String) },
        });

        expect(await send('GET', '/keys', undefined, token)).toMatchObject({ status: 404 });
        expect(await send('PUT', '/keys', { encrypted_key: 'a2V5' }, token)).toMatchObject({ status: 200 });
        expect(await send('GET', '/keys', undefined, token)).toEqual({
          status: 200,
          body: { encrypted_key: 'a2V5', key_version: 1 },
        });

        const bytes = new TextEncoder().encode('<encrypted file>');
        const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
        const upload = await send('POST', '/blobs/upload', blob, token);
        expect(upload).toEqual({ status: 200, body: { upload_url: expect.any(String), already_exists: false } });
        expect((await putUrl(f, upload.body.upload_url, bytes)).status).toBeLessThan(300);
        expect(await send('POST', '/blobs/confirm', blob, token)).toMatchObject({ status: 200, body: blob });
        expect(await send('POST', '/blobs/upload', blob, token)).toEqual({
          status: 200,
          body: { upload_url: '', already_exists: true },
        });
        const download = await send('POST', '/blobs/download', { hash: blob.hash }, token);
        expect(download).toEqual({ status: 200, body: { download_url: expect.any(String) } });
        expect(await readUrl(f, download.body.download_url)).toMatchObject({ status: 200, bytes });

        const begun = await send('POST', '/keys/rotate/begin', { new_encrypted_key: 'bmV3' }, token);
        expect(begun).toMatchObject({ status: 200 });
        const entries = await send('POST', '/keys/rotate/entries', { cursor: '', limit: 100 }, token);
        expect(entries).toMatchObject({ status: 200, body: { entries: [{ seq: 1 }, { seq: 2 }], has_more: false } });
        const renewed = entries.body.entries.map(({ seq }: { seq: number }) => ({ seq, data: '<re-encrypted>' }));
        expect(await send('POST', '/keys/rotate/batch', { entries: renewed }, token)).toMatchObject({ status: 200 });
        expect(await send('POST', '/keys/rotate/complete', undefined, token)).toMatchObject({ status: 200 });
        expect(await send('GET', '/keys', undefined, token)).toEqual({
          status: 200,
          body: { encrypted_key: 'bmV3', key_version: 2 },
        });

        expect(await send('DELETE', `/devices/${phone.body.id}`, undefined, token)).toEqual({
          status: 204,
          body: null,
        });
      },
    );
  }

  scenario('announces the push of another device to an open stream [P-70]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    await phone.write('task-001');
    expect(await stream.nextEvent()).toMatchObject({ event: 'changed', data: '{}' });
    expect((await laptop.pullAll()).rowIds).toEqual(['task-001']);
  });
};
