import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { createMemoryBlobStore } from '../../src/memory/index.js';
import { type Answer, type BlobStore, type Call, type Clock, isStreamBody } from '../../src/ports/index.js';

const base = 'http://127.0.0.1:8787/api/sync';
/** As the core makes it: app, user, hash and random digits. */
const objectKey = `550e8400-e29b-41d4-a716-446655440000/660f9500-e29b-41d4-a716-446655440000/${'0a'.repeat(32)}-${'1b'.repeat(16)}`;
const otherKey = objectKey.replace(/b$/, 'c');
const start = Date.UTC(2030, 0, 1);
const expiresAt = start + 60_000;
const content = utf8ToBytes('0123456789');
const hashOf = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

const createStore = () => {
  const time = { now: start };
  const clock: Clock = { now: () => time.now, after: () => () => {} };
  const store = createMemoryBlobStore({ baseUrl: () => base, clock });
  return { store, time };
};

/** Sends a request as a binding does that is mounted at `base`. */
const send = async (
  store: BlobStore,
  method: string,
  url: string,
  { body = new Uint8Array(), headers = {} }: { body?: Uint8Array; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const { pathname, search } = new URL(url);
  const path = pathname.slice(new URL(base).pathname.length);
  const route = store.routes.find((each) => path.startsWith(each.path) && each.methods.includes(method));
  if (!route) throw new Error(`no route for ${method} ${path}`);
  const call: Call = {
    method,
    path,
    query: search.slice(1),
    header: (name) => headers[name],
    address: '127.0.0.1',
    body: {
      bytes: async () => body,
      async *chunks() {
        for (let at = 0; at < body.length; at += 3) yield body.subarray(at, at + 3);
      },
    },
    signal: new AbortController().signal,
  };
  return route.handle(call, path.slice(route.path.length));
};

const textOf = async ({ body }: Answer): Promise<string> => {
  if (!isStreamBody(body)) throw new Error('the answer has no stream');
  let text = '';
  for await (const chunk of body.chunks) text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
  return text;
};

const uploadUrl = async (store: BlobStore, key = objectKey, bytes = content): Promise<string> => {
  const target = { objectKey: key, sizeBytes: bytes.length, hash: hashOf(bytes), expiresAt, checksumHeader: false };
  return (await store.signUpload(target)).url;
};

const openStored = async () => {
  const { store, time } = createStore();
  await send(store, 'PUT', await uploadUrl(store), { body: content });
  return { store, time, url: await store.signDownload(objectKey, expiresAt) };
};

const range = (value: string) => ({ headers: { range: value } });

describe('memory blob store', () => {
  it('stores what is put and answers it with headers that keep a browser from running it [P-105]', async () => {
    const { store, url } = await openStored();
    expect(url.startsWith(`${base}/blobs/object/${objectKey}?`)).toBe(true);
    expect(await store.inspect(objectKey, 10)).toEqual({ sizeBytes: 10, hash: hashOf(content) });
    const answer = await send(store, 'GET', url);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-length': '10',
    });
    expect(await textOf(answer)).toBe('0123456789');
  });

  it('answers HEAD like GET, without the body', async () => {
    const { store, url } = await openStored();
    const { headers } = await send(store, 'GET', url);
    expect(await send(store, 'HEAD', url)).toEqual({ status: 200, headers, body: null });
  });

  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('answers the range %s with 206', async (value, text, contentRange) => {
    const { store, url } = await openStored();
    const answer = await send(store, 'GET', url, range(value));
    expect(answer.status).toBe(206);
    expect(answer.headers).toMatchObject({ 'content-range': contentRange, 'content-length': String(text.length) });
    expect(await textOf(answer)).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=-0'])('answers the range %s with 416', async (value) => {
    const { store, url } = await openStored();
    const answer = await send(store, 'GET', url, range(value));
    expect(answer).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' }, body: null });
  });

  it.each(['bytes=0-1,3-4', 'bytes=4-2', 'items=0-1', 'bytes=a-b'])('ignores the range %s', async (value) => {
    const { store, url } = await openStored();
    const answer = await send(store, 'GET', url, range(value));
    expect(answer.status).toBe(200);
    expect(await textOf(answer)).toBe('0123456789');
  });

  it('answers a range under If-Range only while the object is the one that it names', async () => {
    const { store, url } = await openStored();
    const { etag = '' } = (await send(store, 'HEAD', url)).headers;
    const ask = (condition: string) =>
      send(store, 'GET', url, { headers: { range: 'bytes=0-1', 'if-range': condition } });
    expect((await ask(etag)).status).toBe(206);
    expect((await ask('"other"')).status).toBe(200);
  });

  it.each([
    ['short', '012345678'],
    ['long', '01234567890'],
    ['altered', '012345678X'],
    ['empty', ''],
  ])('refuses a %s upload and keeps nothing of it', async (_how, text) => {
    const { store } = createStore();
    const url = await uploadUrl(store);
    await expect(send(store, 'PUT', url, { body: utf8ToBytes(text) })).rejects.toMatchObject({ code: 'blob_mismatch' });
    expect(await store.inspect(objectKey, 10)).toBeNull();
    expect(await store.list(null, 10)).toEqual([]);
  });

  it('refuses an upload by its announced length without reading it', async () => {
    const { store } = createStore();
    const sent = send(store, 'PUT', await uploadUrl(store), { body: content, headers: { 'content-length': '11' } });
    await expect(sent).rejects.toMatchObject({ code: 'blob_mismatch' });
  });

  it('answers a second upload of the same object with 200 and leaves the first one alone', async () => {
    const { store, time } = createStore();
    const url = await uploadUrl(store);
    await send(store, 'PUT', url, { body: content });
    time.now += 1000;
    expect((await send(store, 'PUT', url, { body: content })).status).toBe(200);
    expect(await store.list(null, 10)).toEqual([{ objectKey, modifiedAt: start }]);
  });

  it('stores an empty blob', async () => {
    const { store } = createStore();
    const empty = new Uint8Array();
    await send(store, 'PUT', await uploadUrl(store, objectKey, empty));
    const url = await store.signDownload(objectKey, expiresAt);
    expect(await textOf(await send(store, 'GET', url))).toBe('');
    expect((await send(store, 'GET', url, range('bytes=0-'))).status).toBe(416);
  });

  it('refuses a URL from the moment at which it expires', async () => {
    const { store, time, url } = await openStored();
    const put = await uploadUrl(store, otherKey);
    time.now = expiresAt - 1;
    expect((await send(store, 'GET', url)).status).toBe(200);
    time.now = expiresAt;
    await expect(send(store, 'GET', url)).rejects.toMatchObject({ code: 'invalid_signature', status: 403 });
    await expect(send(store, 'PUT', put, { body: content })).rejects.toMatchObject({ code: 'invalid_signature' });
  });

  it('refuses a URL with any part changed, and one that another store signed', async () => {
    const { store, url } = await openStored();
    const put = await uploadUrl(store, otherKey);
    const foreign = await createStore().store.signDownload(objectKey, expiresAt);
    const change = (from: string, name: string, value: string): string => {
      const changed = new URL(from);
      changed.searchParams.set(name, value);
      return changed.href;
    };
    const attempts: readonly (readonly [string, string])[] = [
      ['GET', foreign],
      ['GET', put],
      ['PUT', url],
      ['GET', url.replace(objectKey, otherKey)],
      ['GET', change(url, 'expires', String(expiresAt + 1))],
      ['GET', change(url, 'signature', '')],
      ['GET', url.split('?')[0] ?? ''],
      ['PUT', change(put, 'size', '11')],
      ['PUT', change(put, 'hash', hashOf(utf8ToBytes('else')))],
      ['PUT', put.replace(otherKey, objectKey)],
    ];
    for (const [method, attempt] of attempts) {
      const sent = send(store, method, attempt, { body: content });
      await expect(sent, `${method} ${attempt}`).rejects.toMatchObject({ code: 'invalid_signature' });
    }
  });

  it('answers a valid URL of an object that is gone with 404', async () => {
    const { store, url } = await openStored();
    await store.delete(objectKey);
    await store.delete(objectKey);
    await expect(send(store, 'GET', url)).rejects.toMatchObject({ code: 'blob_not_found' });
    expect(await store.inspect(objectKey, 10)).toBeNull();
  });

  it('lists objects in order of key, page by page', async () => {
    const { store } = createStore();
    for (const key of ['b/1', 'a-/1', 'a/2', 'a/1']) {
      await send(store, 'PUT', await uploadUrl(store, key), { body: content });
    }
    const first = await store.list(null, 3);
    expect(first.map((object) => object.objectKey)).toEqual(['a-/1', 'a/1', 'a/2']);
    expect((await store.list('a/2', 3)).map((object) => object.objectKey)).toEqual(['b/1']);
  });
});
