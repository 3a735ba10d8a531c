import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Caller, Device } from '../caller.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';
import { isOwnUrl, putUrl, readUrl, requestUrl, type UrlAnswer } from '../signed-url.js';

const minute = 60_000;
const hour = 60 * minute;

interface Sample {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly size_bytes: number;
}

const sample = (text: string): Sample => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
};

const upload = (caller: Caller, { hash, size_bytes }: Omit<Sample, 'bytes'>, extra: object = {}) =>
  caller.call('uploadBlob', { body: { hash, size_bytes, ...extra } });
const confirm = (caller: Caller, { hash, size_bytes }: Omit<Sample, 'bytes'>) =>
  caller.call('confirmBlob', { body: { hash, size_bytes } });
const download = (caller: Caller, { hash }: { readonly hash: string }) =>
  caller.call('downloadBlob', { body: { hash } });

const store = async (f: Fixture, device: Device, blob: Sample): Promise<string> => {
  const { upload_url } = (await upload(device, blob)).ok();
  expect((await putUrl(f, upload_url, blob.bytes)).status).toBeLessThan(300);
  (await confirm(device, blob)).ok();
  return upload_url;
};

const stored = async (f: Fixture, device: Device, blob: Sample): Promise<Uint8Array> =>
  (await readUrl(f, (await download(device, blob)).ok().download_url)).bytes;

/** Another character in the middle of the value of each query parameter, and of the last path segment. */
const tamperings = (url: string): readonly string[] => {
  const flip = (text: string): string => {
    const at = Math.floor(text.length / 2);
    return text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
  };
  const changed = [...new URL(url).searchParams.keys()].map((name) => {
    const copy = new URL(url);
    copy.searchParams.set(name, flip(copy.searchParams.get(name) ?? ''));
    return copy.href;
  });
  const moved = new URL(url);
  moved.pathname = moved.pathname.replace(/[^/]+$/, flip);
  const bare = new URL(url);
  bare.search = '';
  return [...changed, moved.href, bare.href];
};

/** Object stores have codes of their own for a URL that they refuse. */
const expectUrlRefused = (url: string, { status }: UrlAnswer): void => {
  expect(isOwnUrl(url) ? [403] : [400, 401, 403, 404], url).toContain(status);
};

/** Blobs: P-100 to P-107. */
export const blobs: Topic = (scenario) => {
  scenario(
    'stores a blob through its upload URL, confirms it and gives it back [P-101] [P-103] [P-104] [P-105]',
    async (f) => {
      const device = await f.device();
      const blob = sample('an encrypted file');
      expect((await upload(device, blob)).ok()).toMatchObject({ already_exists: false });
      await store(f, device, blob);
      expect((await upload(device, blob)).ok()).toEqual({ upload_url: '', already_exists: true });
      const url = (await download(device, blob)).ok().download_url;
      const answer = await readUrl(f, url);
      expect(answer).toMatchObject({ status: 200, bytes: blob.bytes });
      expect(answer.headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'cache-control': expect.stringContaining('no-store'),
        ...(isOwnUrl(url) && {
          'x-content-type-options': 'nosniff',
          'content-security-policy': "sandbox; default-src 'none'",
        }),
      });
      expect((await device.call('status')).ok().bytes_used).toBe(blob.size_bytes);
    },
  );

  scenario('takes hashes in either letter case and answers them in lower case [P-100]', async (f) => {
    const device = await f.device();
    const blob = sample('letters');
    const upper = { ...blob, hash: blob.hash.toUpperCase() };
    await store(f, device, upper);
    expect((await confirm(device, upper)).ok()).toMatchObject({ hash: blob.hash });
    (await download(device, blob)).ok();
    for (const hash of ['', 'a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64)]) {
      (await upload(device, { hash, size_bytes: 1 })).refusal('invalid_request');
    }
  });

  scenario('stores an empty blob [P-101]', async (f) => {
    const device = await f.device();
    const blob = sample('');
    await store(f, device, blob);
    expect(await stored(f, device, blob)).toEqual(blob.bytes);
  });

  scenario('confirms again without harm, and refuses before an upload [P-103]', async (f) => {
    const device = await f.device();
    const blob = sample('again');
    (await confirm(device, blob)).refusal('blob_not_uploaded');
    (await upload(device, blob)).ok();
    (await confirm(device, blob)).refusal('blob_not_uploaded');
    await store(f, device, blob);
    for (const _ of [1, 2])
      expect((await confirm(device, blob)).ok()).toMatchObject({ hash: blob.hash, size_bytes: blob.size_bytes });
  });

  scenario('refuses other bytes of the same length, and leaves nothing behind [P-103]', async (f) => {
    const device = await f.device();
    const blob = sample('the right bytes');
    const { upload_url } = (await upload(device, blob)).ok();
    await putUrl(f, upload_url, sample('the wrong bytes').bytes);
    const refusal = await confirm(device, blob);
    expect(['blob_mismatch', 'blob_not_uploaded']).toContain(JSON.parse(refusal.text).code);
    (await download(device, blob)).refusal('blob_not_found');
    (await confirm(device, blob)).refusal('blob_not_uploaded');
    await store(f, device, blob);
    expect(await stored(f, device, blob)).toEqual(blob.bytes);
  });

  scenario('refuses a short and a long upload, and leaves nothing behind [P-102]', async (f) => {
    const device = await f.device();
    const blob = sample('exactly so long');
    const { upload_url } = (await upload(device, blob)).ok();
    for (const bytes of [blob.bytes.subarray(1), new Uint8Array(), sample('exactly so long!').bytes]) {
      expect((await putUrl(f, upload_url, bytes)).status).toBeGreaterThanOrEqual(400);
      (await confirm(device, blob)).refusal('blob_not_uploaded');
    }
    expect((await putUrl(f, upload_url, blob.bytes)).status).toBeLessThan(300);
    (await confirm(device, blob)).ok();
  });

  scenario('confirms only under the right size [P-103]', async (f) => {
    const device = await f.device();
    const blob = sample('some bytes');
    const { upload_url } = (await upload(device, blob)).ok();
    await putUrl(f, upload_url, blob.bytes);
    (await confirm(device, { ...blob, size_bytes: blob.size_bytes + 1 })).refusal('blob_mismatch');
  });

  scenario('refuses a tampered, expired, foreign or repurposed URL [P-102] [P-9]', async (f) => {
    const device = await f.device();
    const blob = sample('signed');
    const { upload_url } = (await upload(device, blob)).ok();
    for (const url of tamperings(upload_url)) expectUrlRefused(url, await putUrl(f, url, blob.bytes));
    expect((await readUrl(f, upload_url)).status).toBeGreaterThanOrEqual(400);
    expect((await requestUrl(f, 'DELETE', upload_url)).status).toBeGreaterThanOrEqual(400);
    (await confirm(device, blob)).refusal('blob_not_uploaded');
    f.clock.advance(15 * minute + 1);
    expectUrlRefused(upload_url, await putUrl(f, upload_url, blob.bytes));
    await store(f, device, blob);
    const { download_url } = (await download(device, blob)).ok();
    for (const url of tamperings(download_url)) expectUrlRefused(url, await readUrl(f, url));
    expect((await putUrl(f, download_url, blob.bytes)).status).toBeGreaterThanOrEqual(400);
    f.clock.advance(15 * minute + 1);
    expectUrlRefused(download_url, await readUrl(f, download_url));
  });

  scenario('lets no old upload URL change or remove a confirmed blob [P-103]', async (f) => {
    const device = await f.device();
    const blob = sample('genuine');
    const forged = sample('forgery');
    const older = (await upload(device, blob)).ok().upload_url;
    const used = await store(f, device, blob);
    for (const url of [older, used]) await putUrl(f, url, forged.bytes);
    await confirm(device, { ...blob, size_bytes: forged.size_bytes });
    await f.maintain();
    expect(await stored(f, device, blob)).toEqual(blob.bytes);
  });

  scenario('confirms the first valid one of several reservations and sweeps the rest [P-103]', async (f) => {
    const device = await f.device();
    const blob = sample('three times');
    const urls = [];
    for (const _ of [1, 2, 3]) urls.push((await upload(device, blob)).ok().upload_url);
    expect(new Set(urls).size).toBe(3);
    await putUrl(f, urls[0] ?? '', blob.bytes);
    await putUrl(f, urls[2] ?? '', sample('three tines').bytes);
    (await confirm(device, blob)).ok();
    await f.maintain();
    expect(await stored(f, device, blob)).toEqual(blob.bytes);
    expect((await device.call('status')).ok().bytes_used).toBe(blob.size_bytes);
  });

  scenario('gives headers for the hash when they are asked for, and takes the upload with them [P-102]', async (f) => {
    const device = await f.device();
    const blob = sample('with a checksum');
    const answer = (await upload(device, blob, { checksum_header: true })).ok();
    expect(answer.upload_headers).toEqual(expect.any(Object));
    expect((await putUrl(f, answer.upload_url, blob.bytes, answer.upload_headers)).status).toBeLessThan(300);
    (await confirm(device, blob)).ok();
  });

  scenario('refuses a blob over the cap and one over the quota [P-101]', async (f) => {
    const device = await f.device(await f.caller(await f.app({ blobLimit: 10, bytesLimit: 25 })));
    const blob = (n: number, size_bytes: number) => ({ hash: n.toString(16).padStart(64, '0'), size_bytes });
    (await upload(device, blob(1, 11))).refusal('blob_too_large');
    (await upload(device, blob(1, 10))).ok();
    (await upload(device, blob(2, 10))).ok();
    (await upload(device, blob(3, 6))).refusal('quota_exceeded');
    (await upload(device, blob(3, 5))).ok();
    expect((await device.call('status')).ok()).toMatchObject({ bytes_used: 25, bytes_limit: 25 });
    (await upload(device, blob(2, 10))).ok();
    expect((await device.call('status')).ok().bytes_used).toBe(25);
  });

  scenario('cannot be passed in quota by uploads at the same time [P-101]', async (f) => {
    const device = await f.device(await f.caller(await f.app({ bytesLimit: 30 })));
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, n) => upload(device, { hash: String(n).repeat(64), size_bytes: 10 })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  scenario(
    'frees a reservation an hour after its URL, and lets a late confirmation fit again or not [P-101] [P-103]',
    async (f) => {
      const device = await f.device(await f.caller(await f.app({ bytesLimit: 10 })));
      const [late, other] = [sample('late bytes'), sample('other byte')];
      const { upload_url } = (await upload(device, late)).ok();
      await putUrl(f, upload_url, late.bytes);
      (await upload(device, other)).refusal('quota_exceeded');
      f.clock.advance(hour + 15 * minute + 1000);
      expect((await device.call('status')).ok().bytes_used).toBe(0);
      const { upload_url: otherUrl } = (await upload(device, other)).ok();
      (await confirm(device, late)).refusal('quota_exceeded');
      await putUrl(f, otherUrl, other.bytes);
      (await confirm(device, other)).ok();
    },
  );

  scenario('sweeps an upload that nobody confirmed within 24 hours [P-107]', async (f) => {
    const device = await f.device();
    const blob = sample('forgotten');
    const { upload_url } = (await upload(device, blob)).ok();
    await putUrl(f, upload_url, blob.bytes);
    f.clock.advance(25 * hour);
    await f.maintain();
    (await confirm(device, blob)).refusal('blob_not_uploaded');
    await store(f, device, blob);
  });

  scenario('removes a blob once, frees its bytes, and takes it again [P-104]', async (f) => {
    const device = await f.device();
    const blob = sample('temporary');
    await store(f, device, blob);
    const { download_url } = (await download(device, blob)).ok();
    const remove = () => device.call('deleteBlob', { params: { hash: blob.hash } });
    expect((await remove()).status).toBe(204);
    (await remove()).refusal('blob_not_found');
    (await download(device, blob)).refusal('blob_not_found');
    expect((await readUrl(f, download_url)).status).toBeGreaterThanOrEqual(400);
    expect((await device.call('status')).ok().bytes_used).toBe(0);
    await store(f, device, blob);
    expect(await stored(f, device, blob)).toEqual(blob.bytes);
  });

  scenario('does not tell whether somebody else has the same bytes [P-7] [P-100]', async (f) => {
    const device = await f.device();
    const blob = sample('shared');
    await store(f, device, blob);
    for (const owner of [await f.caller(device.app), await f.logIn(await f.app(), device.user)]) {
      const other = await f.device(owner);
      (await download(other, blob)).refusal('blob_not_found');
      (await confirm(other, blob)).refusal('blob_not_uploaded');
      (await other.call('deleteBlob', { params: { hash: blob.hash } })).refusal('blob_not_found');
      expect((await upload(other, blob)).ok().already_exists).toBe(false);
      const { changes: _, ...answer } = { changes: 0, ...(await other.push([])).ok() };
      expect(answer.missing_blobs).toEqual([]);
    }
    expect(await stored(f, device, blob)).toEqual(blob.bytes);
  });

  scenario('does not call a blob missing that is confirmed [P-37]', async (f) => {
    const device = await f.device();
    const [here, gone] = [sample('here'), sample('gone')];
    await store(f, device, here);
    const pushed = [
      { table: 't', op: 'insert', row_id: 'r', timestamp: '2026-03-13T10:05:00Z', blobs: [gone.hash, here.hash] },
    ];
    expect((await device.push(pushed)).ok().missing_blobs).toEqual([gone.hash]);
  });

  scenario('refuses an upload before any device is registered [P-101]', async (f) => {
    (await upload(await f.caller(), sample('x'))).refusal('unknown_device');
  });
};
