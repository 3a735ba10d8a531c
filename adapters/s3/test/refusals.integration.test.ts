import { randomBytes } from 'node:crypto';
import { createS3BlobStore, s3Profiles } from '@synckeep/s3';
import { openS3 } from '@synckeep/s3/open';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeRealS3, openRealS3, type RealS3, testUrl, untilPast } from './real-server.js';
import { hashOf, newClient, newKey } from './stage.js';

describeRealS3('a signed URL at a real S3 server', () => {
  let s3: RealS3;
  beforeAll(async () => {
    s3 = await openRealS3();
  });
  afterAll(() => s3.close());

  const sign = async (checksumHeader = false, lifetime = 60_000) => {
    const bytes = randomBytes(1000);
    const object = { objectKey: newKey(), sizeBytes: bytes.length, hash: hashOf(bytes) };
    const target = { ...object, expiresAt: Date.now() + lifetime, checksumHeader };
    return { bytes, object, ...(await s3.store.signUpload(target)) };
  };
  const put = async (url: string, body: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(url, { method: 'PUT', body, headers: { ...headers } });
    await answer.arrayBuffer();
    return answer.status;
  };
  const changed = (url: string, name: string, change: (value: string) => string): string => {
    const copy = new URL(url);
    copy.searchParams.set(name, change(copy.searchParams.get(name) ?? ''));
    return copy.href;
  };

  it('admits a bare PUT [P-102]', async () => {
    const { url, bytes, object } = await sign();
    expect(await put(url, Uint8Array.from(bytes))).toBe(200);
    expect(await s3.store.accept(object)).toBe('accepted');
  });

  it('refuses a forged signature and a longer life [P-102]', async () => {
    const { url, bytes, object } = await sign();
    const forged = changed(url, 'X-Amz-Signature', (text) =>
      text.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    );
    const extended = changed(url, 'X-Amz-Expires', () => '86400');
    const unsigned = changed(url, 'X-Amz-SignedHeaders', () => 'host');
    for (const wrong of [forged, extended, unsigned]) expect(await put(wrong, Uint8Array.from(bytes))).toBe(403);
    expect(await s3.store.accept(object)).toBe('missing');
  });

  it('refuses whoever comes too late [P-102]', async () => {
    const { url, bytes, object } = await sign(false, 2000);
    await untilPast(Date.now() + 3000);
    expect(await put(url, Uint8Array.from(bytes))).toBe(403);
    expect(await s3.store.accept(object)).toBe('missing');
  });

  it('refuses another length [P-102]', async () => {
    const { url, bytes, object } = await sign();
    for (const wrong of [bytes.subarray(1), Buffer.concat([bytes, Buffer.from('!')]), Buffer.alloc(0)]) {
      expect(await put(url, Uint8Array.from(wrong))).toBe(403);
    }
    expect(await s3.store.accept(object)).toBe('missing');
  });

  it('refuses another key, also that of an accepted object [P-102] [P-103]', async () => {
    const { url, bytes, object } = await sign();
    const other = newKey();
    expect(await put(url.replace(object.objectKey, other), Uint8Array.from(bytes))).toBe(403);
    expect(await put(url.replace('/incoming/', '/objects/'), Uint8Array.from(bytes))).toBe(403);
    expect(await s3.store.list(null, 1000)).not.toContainEqual(expect.objectContaining({ objectKey: other }));
  });

  it('refuses other bytes by its checksum header, or they are not accepted [P-102] [P-103]', async () => {
    const { url, headers, bytes, object } = await sign(true);
    const wrong = Uint8Array.from(bytes).reverse();
    const ofWrong = { 'x-amz-checksum-sha256': Buffer.from(hashOf(wrong), 'hex').toString('base64') };
    if (s3Profiles[openS3(testUrl).profile].checksums) {
      expect(await put(url, wrong, headers)).toBe(400);
      for (const [body, sent] of [
        [Uint8Array.from(bytes), {}],
        [wrong, ofWrong],
      ] as const) {
        expect([400, 403]).toContain(await put(url, body, sent));
      }
      expect(await s3.store.accept(object)).toBe('missing');
    } else {
      expect(await put(url, wrong, headers)).toBe(200);
      expect(await s3.store.accept(object)).toBe('different');
    }
    expect(await put(url, Uint8Array.from(bytes), headers)).toBe(200);
    expect(await s3.store.accept(object)).toBe('accepted');
  });

  it('works when the client of the host has the default settings, for uploads, parts and downloads', async () => {
    const { client, options } = s3;
    const plain = newClient({
      credentials: client.config.credentials,
      region: client.config.region,
      ...(client.config.endpoint && { endpoint: client.config.endpoint }),
      forcePathStyle: client.config.forcePathStyle ?? false,
    });
    const store = createS3BlobStore({ ...options, client: plain });
    const bytes = randomBytes(3000);
    const object = { objectKey: newKey(), sizeBytes: bytes.length, hash: hashOf(bytes) };
    const expiresAt = Date.now() + 60_000;
    const [part] = (await store.parts?.begin({ ...object, expiresAt, partBytes: 5 << 20, limit: 1 })) ?? [];
    expect(await put(part?.url ?? '', Uint8Array.from(bytes))).toBe(200);
    expect(await store.accept(object)).toBe('accepted');
    const other = { ...object, objectKey: newKey() };
    for (const checksumHeader of [true, false]) {
      const { url, headers } = await store.signUpload({ ...other, expiresAt, checksumHeader });
      expect(await put(url, Uint8Array.from(bytes), headers)).toBe(200);
      expect(await store.accept(other)).toBe('accepted');
    }
    const answer = await fetch(await store.signDownload(other.objectKey, expiresAt));
    expect(hashOf(new Uint8Array(await answer.arrayBuffer()))).toBe(object.hash);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    await store.health();
    plain.destroy();
  });
});
