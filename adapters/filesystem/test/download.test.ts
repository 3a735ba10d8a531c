import { truncate } from 'node:fs/promises';
import { isStreamBody } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { bodyOf, filesIn, hashOf, hour, newKey, openStage, request, upload } from './stage.js';

const bytes = Buffer.from('0123456789');

const openDownload = async () => {
  const stage = await openStage();
  const key = newKey();
  await upload(stage, key, bytes);
  const url = await stage.store.signDownload(key, stage.clock.now() + hour);
  return { ...stage, key, url };
};

describe('a download', () => {
  it('answers the bytes in a form that no browser runs [P-105]', async () => {
    const { store, url } = await openDownload();
    const answer = await request(store, url);
    expect(answer.status).toBe(200);
    expect(answer.headers).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-disposition': 'attachment',
      'content-length': '10',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-type': 'application/octet-stream',
      etag: `"${hashOf(bytes)}"`,
      'x-content-type-options': 'nosniff',
    });
    expect(await bodyOf(answer)).toEqual(bytes);
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const { store, url } = await openDownload();
    const answer = await request(store, url, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect(answer).toEqual({ status: 200, headers: (await request(store, url)).headers, body: null });
  });

  it.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['Bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('answers the range %s with 206', async (range, text, contentRange) => {
    const { store, url } = await openDownload();
    const answer = await request(store, url, { headers: { range } });
    expect(answer.status).toBe(206);
    expect(answer.headers).toMatchObject({ 'content-range': contentRange, 'content-length': String(text.length) });
    expect((await bodyOf(answer)).toString()).toBe(text);
  });

  it.each(['bytes=10-', 'bytes=10-12', 'bytes=-0', 'bytes=999999999999999-'])(
    'answers the range %s with 416',
    async (range) => {
      const { store, url } = await openDownload();
      const answer = await request(store, url, { headers: { range } });
      expect(answer).toMatchObject({
        status: 416,
        headers: { 'content-range': 'bytes */10', 'content-length': '0' },
        body: null,
      });
    },
  );

  it.each([
    'bytes=4-2',
    'bytes=0-1,3-4',
    'lines=0-1',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=0-1x',
    `bytes=${'9'.repeat(400)}-`,
  ])('ignores the header range: %s', async (range) => {
    const { store, url } = await openDownload();
    const answer = await request(store, url, { headers: { range } });
    expect(answer.status).toBe(200);
    expect(await bodyOf(answer)).toEqual(bytes);
  });

  it('honours If-Range', async () => {
    const { store, url } = await openDownload();
    const ask = (condition: string) => request(store, url, { headers: { range: 'bytes=1-2', 'if-range': condition } });
    expect((await ask(`"${hashOf(bytes)}"`)).status).toBe(206);
    expect((await ask('"another"')).status).toBe(200);
  });

  it('answers blob_not_found for an object that is gone', async () => {
    const { store, url, key } = await openDownload();
    await store.delete(key);
    await expect(request(store, url)).rejects.toMatchObject({ code: 'blob_not_found' });
  });

  it('leaves no file open when the reader leaves, early or before it began', async () => {
    const { store, url } = await openDownload();
    const openFiles = () => filesIn('/proc/self/fd').then((entries) => entries.length);
    await request(store, url);
    const before = await openFiles();
    for (let i = 0; i < 20; i += 1) {
      await request(store, url);
      const { body } = await request(store, url);
      if (!isStreamBody(body)) throw new Error('A download is a stream.');
      for await (const _ of body.chunks) break;
    }
    expect(await openFiles()).toBe(before);
  });

  it('is a fault, not other bytes, when something cut the file', async () => {
    const { store, url, folder, key } = await openDownload();
    const [file = ''] = await filesIn(folder);
    await truncate(file, 20);
    await expect(request(store, url)).rejects.toThrow('changed by something else');
    expect(await store.inspect(key, bytes.length)).toMatchObject({ hash: '' });
  });

  it('ends with an error when the file is cut while it is read', async () => {
    const { store, url, folder } = await openDownload();
    const answer = await request(store, url);
    const [file = ''] = await filesIn(folder);
    await truncate(file, 5);
    await expect(bodyOf(answer)).rejects.toThrow('ended before its size');
  });
});
