import { createS3BlobStore, type S3ProfileName } from '@synckeep/s3';
import { describe, expect, it } from 'vitest';
import { hashOf, newClient, newKey } from './stage.js';

const bytes = Buffer.from('sealed bytes');
const now = Date.UTC(2026, 2, 13, 10, 5, 7, 900);
const clock = { now: () => now, after: () => () => {} };
const hash = hashOf(bytes);
const objectKey = newKey(hash);
const target = { objectKey, sizeBytes: bytes.length, hash, expiresAt: now + 900_000, checksumHeader: false };

const open = (profile: S3ProfileName = 'aws', client = newClient()) =>
  createS3BlobStore({ client, bucket: 'blobs', prefix: 'sync/', profile, clock });

const read = (url: string) => {
  const { hostname, pathname, searchParams } = new URL(url);
  return { hostname, path: decodeURIComponent(pathname), query: Object.fromEntries(searchParams) };
};

describe('a signed URL', () => {
  it('for an upload binds the exact length, and expires at the second that was said [P-102]', async () => {
    const { url, headers } = await open().signUpload(target);
    expect(headers).toEqual({});
    const { hostname, path, query } = read(url);
    expect(hostname).toBe('blobs.s3.eu-west-1.amazonaws.com');
    expect(path).toBe(`/sync/incoming/${objectKey}!`);
    expect(query).toMatchObject({
      'X-Amz-SignedHeaders': 'content-length;host',
      'X-Amz-Date': '20260313T100507Z',
      'X-Amz-Expires': '900',
    });
    const empty = await open().signUpload({ ...target, sizeBytes: 0 });
    expect(read(empty.url).query['X-Amz-SignedHeaders']).toBe('content-length;host');
  });

  it('for an upload with a checksum binds it as a header, never in the query [P-102]', async () => {
    const { url, headers } = await open().signUpload({ ...target, checksumHeader: true });
    expect(headers).toEqual({ 'x-amz-checksum-sha256': Buffer.from(hash, 'hex').toString('base64') });
    const { path, query } = read(url);
    expect(path).toBe(`/sync/objects/${objectKey}!`);
    expect(query['X-Amz-SignedHeaders']).toBe('content-length;host;x-amz-checksum-sha256');
    expect(Object.keys(query).filter((name) => /checksum/i.test(name))).toEqual([]);
  });

  it.each(['b2', 'ceph', 'other'] as const)(
    'asks for no checksum of a server that does not check it: %s',
    async (profile) => {
      const { url, headers } = await open(profile).signUpload({ ...target, checksumHeader: true });
      expect(headers).toEqual({});
      expect(read(url).path).toContain('/incoming/');
    },
  );

  it('for a download makes an attachment of unknown type that nobody stores [P-105]', async () => {
    const { path, query } = read(await open().signDownload(objectKey, target.expiresAt));
    expect(path).toBe(`/sync/objects/${objectKey}!`);
    expect(query).toMatchObject({
      'X-Amz-SignedHeaders': 'host',
      'response-content-type': 'application/octet-stream',
      'response-content-disposition': 'attachment',
      'response-cache-control': 'no-store',
    });
  });

  it.each([
    ['default', {}],
    ['cautious', { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' }],
  ] as const)('holds no checksum of its own under the %s settings of the client', async (_, settings) => {
    const store = open('aws', newClient(settings));
    const urls = [
      (await store.signUpload(target)).url,
      (await store.signUpload({ ...target, checksumHeader: true })).url,
      await store.signDownload(objectKey, target.expiresAt),
    ];
    for (const url of urls) expect(url).not.toMatch(/checksum-(?:crc|mode|algorithm)|checksum-sha256=/i);
  });

  it('is made for nothing but object keys', async () => {
    for (const wrong of ['../a', 'A', '', 'a//b', 'a b']) {
      await expect(open().signUpload({ ...target, objectKey: wrong })).rejects.toThrow(TypeError);
      await expect(open().signDownload(wrong, target.expiresAt)).rejects.toThrow(TypeError);
    }
  });
});
