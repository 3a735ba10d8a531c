import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, ListMultipartUploadsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import { corsRules, createS3BlobStore } from '@synckeep/s3';
import { openS3 } from '@synckeep/s3/open';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeRealS3, openRealS3, type RealS3, testUrl } from './real-server.js';
import { hashOf, inPieces, newClient, newKey } from './stage.js';

const hour = 3_600_000;
const MiB = 1024 * 1024;

describeRealS3('the bucket of a real S3 server', () => {
  let s3: RealS3;
  beforeAll(async () => {
    s3 = await openRealS3();
  });
  afterAll(() => s3.close());

  const newObject = (size = 1000) => {
    const bytes = randomBytes(size);
    return { bytes, object: { objectKey: newKey(), sizeBytes: size, hash: hashOf(bytes) } };
  };
  const put = (url: string, body: Uint8Array) => fetch(url, { method: 'PUT', body: Uint8Array.from(body) });
  const upload = async (object: { objectKey: string; sizeBytes: number; hash: string }, bytes: Uint8Array) => {
    const target = { ...object, expiresAt: Date.now() + hour / 4, checksumHeader: false };
    const { url } = await s3.store.signUpload(target);
    expect((await put(url, bytes)).status).toBe(200);
    return url;
  };
  const keys = async (): Promise<readonly string[]> =>
    (await s3.store.list(null, 10_000)).map(({ objectKey }) => objectKey);
  const isThere = async (place: 'incoming' | 'objects', objectKey: string): Promise<boolean> => {
    const command = new HeadObjectCommand({ Bucket: s3.bucket, Key: `${s3.prefix}${place}/${objectKey}!` });
    return s3.client.send(command).then(
      () => true,
      () => false,
    );
  };
  const openUploads = async (objectKey: string): Promise<number> => {
    const prefix = `${s3.prefix}objects/${objectKey}!`;
    const page = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, Prefix: prefix }));
    return page.Uploads?.length ?? 0;
  };
  /** The same store, for which so much time has passed. */
  const after = (milliseconds: number) =>
    createS3BlobStore({ ...s3.options, clock: { now: () => Date.now() + milliseconds, after: () => () => {} } });

  it.each([
    [1, 'different'],
    [2, 'accepted'],
  ])('holds no other bytes, also when they come before copy %i of an acceptance [P-103]', async (moment, expected) => {
    const { bytes, object } = newObject();
    const url = await upload(object, bytes);
    const { client } = openS3(testUrl);
    let copies = 0;
    client.middlewareStack.add(
      (next, context) => async (values) => {
        if (context['commandName'] === 'CopyObjectCommand') copies += 1;
        if (context['commandName'] === 'CopyObjectCommand' && copies === moment) await put(url, bytes.reverse());
        return next(values);
      },
      { step: 'initialize' },
    );
    expect(await createS3BlobStore({ ...s3.options, client }).accept(object)).toBe(expected);
    expect(copies).toBeGreaterThanOrEqual(moment);
    const stored = { sizeBytes: 1000, hash: object.hash };
    expect(await s3.store.inspect(object.objectKey, 1000)).toEqual(expected === 'accepted' ? stored : null);
    client.destroy();
  });

  it('keeps an accepted object once and nothing of its upload', async () => {
    const { bytes, object } = newObject();
    await upload(object, bytes);
    expect(await isThere('objects', object.objectKey)).toBe(false);
    expect(await s3.store.accept(object)).toBe('accepted');
    expect(await isThere('objects', object.objectKey)).toBe(true);
    expect(await isThere('incoming', object.objectKey)).toBe(false);
    expect((await keys()).filter((key) => key.startsWith('scratch-'))).toEqual([]);
  });

  it('loses after a day what was sent again beside an accepted object, and keeps the object [P-107]', async () => {
    const { bytes, object } = newObject();
    const url = await upload(object, bytes);
    await s3.store.accept(object);
    await put(url, bytes.reverse());
    expect((await keys()).filter((key) => key === object.objectKey)).toHaveLength(1);
    expect(await isThere('incoming', object.objectKey)).toBe(true);
    await after(25 * hour).list(null, 10_000);
    expect(await isThere('incoming', object.objectKey)).toBe(false);
    expect(await s3.store.accept(object)).toBe('accepted');
  });

  it('lists an upload that was never accepted, and forgets it with its object [P-107]', async () => {
    const { bytes, object } = newObject();
    await upload(object, bytes);
    expect(await keys()).toContain(object.objectKey);
    await s3.store.delete(object.objectKey);
    expect(await keys()).not.toContain(object.objectKey);
    expect(await s3.store.accept(object)).toBe('missing');
  });

  it('loses parts that were begun more than a day ago at the daily sweep, and no younger ones [P-107] [P-108]', async () => {
    const { object } = newObject(6 * MiB);
    const target = { ...object, partBytes: 5 * MiB, expiresAt: Date.now() + hour / 4, limit: 1 };
    const [part] = (await s3.store.parts?.begin(target)) ?? [];
    expect((await put(part?.url ?? '', randomBytes(5 * MiB))).status).toBe(200);
    await after(23 * hour).list(null, 1);
    expect(await openUploads(object.objectKey)).toBe(1);
    await after(25 * hour).list('a', 1);
    expect(await openUploads(object.objectKey)).toBe(1);
    await after(25 * hour).list(null, 1);
    // MinIO finds uploads of a whole key only, and drops old ones by itself.
    expect(await openUploads(object.objectKey)).toBe(openS3(testUrl).profile === 'minio' ? 1 : 0);
    await s3.store.delete(object.objectKey);
    expect(await openUploads(object.objectKey)).toBe(0);
  });

  it('takes from inside what makes one part, exactly two, or more, and nothing of what is wrong', async () => {
    for (const size of [0, 1, 8 * MiB, 8 * MiB + 1, 16 * MiB, 20 * MiB + 7]) {
      const { bytes, object } = newObject(size);
      await s3.store.write(object, inPieces(bytes, 1_000_003));
      expect(await s3.store.inspect(object.objectKey, size), `${size}`).toEqual({ sizeBytes: size, hash: object.hash });
      const other = { ...object, objectKey: newKey() };
      const wrong = size === 0 ? Buffer.from('!') : Buffer.from(bytes);
      wrong[0] = 255 - (wrong[0] ?? 0);
      await expect(s3.store.write(other, inPieces(wrong))).rejects.toMatchObject({ code: 'blob_mismatch' });
      expect(await s3.store.inspect(other.objectKey, size)).toBeNull();
      expect(await openUploads(other.objectKey)).toBe(0);
      expect(await keys()).not.toContain(other.objectKey);
    }
  });

  it('lets web pages of the given origins in, and no others, under corsRules', async () => {
    // MinIO has one rule for the whole server.
    if (openS3(testUrl).profile === 'minio') return;
    const configuration = corsRules(['https://app.example.org']);
    await s3.client.send(new PutBucketCorsCommand({ Bucket: s3.bucket, CORSConfiguration: configuration }));
    const { object } = newObject();
    const target = { ...object, expiresAt: Date.now() + hour / 4, checksumHeader: true };
    const { url } = await s3.store.signUpload(target);
    const preflight = async (origin: string) => {
      const headers = {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,x-amz-checksum-sha256',
      };
      const answer = await fetch(url, { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-origin');
    };
    expect(await preflight('https://app.example.org')).toBe('https://app.example.org');
    expect(await preflight('https://evil.example')).toBeNull();
  });

  it('is named by health when it is missing, and so are wrong credentials', async () => {
    await expect(createS3BlobStore({ ...s3.options, bucket: 'no-such-bucket-here' }).health()).rejects.toThrow(
      'There is no bucket "no-such-bucket-here" at the S3 server.',
    );
    for (const credentials of [
      { accessKeyId: 'nobody', secretAccessKey: 'wrong' },
      { accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: 'wrong' },
    ]) {
      const { endpoint, region, forcePathStyle = false } = s3.client.config;
      const client = newClient({ credentials, region, forcePathStyle, ...(endpoint && { endpoint }) });
      await expect(createS3BlobStore({ ...s3.options, client }).health()).rejects.toThrow(
        /refuses the credentials|access key/,
      );
      client.destroy();
    }
  });

  it('is not used as one that checks uploads when it does not', async () => {
    const health = createS3BlobStore({ ...s3.options, profile: 'aws' }).health();
    if (openS3(testUrl).profile !== 'ceph') await health;
    else await expect(health).rejects.toThrow(/without looking at their checksum. Set the profile "other"/);
    expect((await keys()).filter((key) => key.startsWith('scratch-'))).toEqual([]);
  });
});
