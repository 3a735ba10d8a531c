// What the smoke tests of the examples do with an app: two devices of one user sync a change and a file, encrypted.
import { expect } from 'vitest';
import { createKey, open, openBytes, seal, sealBytes, sha256 } from './tour/sealing.mjs';

const call = async (url: string, method: string, token: string | null, body?: object) => {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
};

const ok = async (...request: Parameters<typeof call>) => {
  const { status, body } = await call(...request);
  expect(status, `${request[1]} ${request[0]} ${JSON.stringify(body)}`).toBeLessThan(300);
  return body;
};

/** Resolves when a stream brings an event of this name. */
const hear = async (answer: Response, event: string): Promise<void> => {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(`event: ${event}`)) return;
  }
  throw new Error(`The stream ended before ${event} came: ${text}`);
};

/** Signs a user up, and plays two devices of that user through an app, each at a node of it. */
export const playTwoDevices = async (laptopUrl: string, phoneUrl: string) => {
  const user = { name: 'alice', password: 'correct horse battery' };
  await ok(`${laptopUrl}/signup`, 'POST', null, user);
  expect((await call(`${phoneUrl}/signup`, 'POST', null, user)).status).toBe(409);
  expect((await call(`${phoneUrl}/login`, 'POST', null, { ...user, password: 'wrong' })).status).toBe(401);
  const register = async (url: string, device_name: string) => {
    const { token } = await ok(`${url}/login`, 'POST', null, user);
    const sync = (method: string, path: string, body?: object) => ok(`${url}/api/sync${path}`, method, token, body);
    const { id } = await sync('POST', '/devices', { device_name, platform: 'linux' });
    return { id, token, sync };
  };
  const [laptop, phone] = [await register(laptopUrl, 'Laptop'), await register(phoneUrl, 'Phone')];

  // The app itself goes on as before.
  await ok(`${laptopUrl}/todos`, 'POST', laptop.token, { title: 'on the server' });
  expect(await ok(`${phoneUrl}/todos`, 'GET', phone.token)).toMatchObject([{ title: 'on the server' }]);

  const stream = await fetch(`${phoneUrl}/api/sync/subscribe?device_id=${phone.id}`, {
    headers: { authorization: `Bearer ${phone.token}` },
  });
  expect(stream.status).toBe(200);
  const heard = hear(stream, 'changed');

  const key = createKey();
  const file = Buffer.from('a picture of milk'.repeat(10_000));
  const sealed = sealBytes(key, file);
  const blob = { hash: sha256(sealed), size_bytes: sealed.length };
  const { upload_url } = await laptop.sync('POST', '/blobs/upload', blob);
  expect((await fetch(upload_url, { method: 'PUT', body: sealed })).status).toBe(200);
  await laptop.sync('POST', '/blobs/confirm', blob);

  const row = { table: 'todos', op: 'insert', row_id: 'one', timestamp: '2026-03-13T10:05:00Z' };
  const data = seal(key, { title: 'buy milk', picture: blob.hash });
  await laptop.sync('POST', '/push', {
    device_id: laptop.id,
    batch_id: 'b',
    changes: [{ ...row, data, blobs: [blob.hash] }],
  });
  await heard;

  const { changes } = await phone.sync('POST', '/pull', { device_id: phone.id });
  expect(changes).toMatchObject([row]);
  const { title, picture } = open(key, changes[0].data);
  expect(title).toBe('buy milk');
  const { download_url } = await phone.sync('POST', '/blobs/download', { hash: picture });
  const downloaded = Buffer.from(await (await fetch(download_url)).arrayBuffer());
  expect(openBytes(key, downloaded).equals(file)).toBe(true);

  // A session that ends in the app ends for sync too, at once.
  await ok(`${laptopUrl}/logout`, 'POST', laptop.token);
  expect((await call(`${laptopUrl}/api/sync/status`, 'GET', laptop.token)).status).toBe(401);
  return { phone, changes, downloadUrl: String(download_url) };
};
