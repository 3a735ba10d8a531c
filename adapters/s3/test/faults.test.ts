import { createS3BlobStore, type S3ProfileName } from '@synckeep/s3';
import { describe, expect, it } from 'vitest';
import { hashOf, inPieces, newClient, newKey, openFakeServer } from './stage.js';

const bytes = Buffer.from('sealed bytes');
const object = { objectKey: newKey(), sizeBytes: bytes.length, hash: hashOf(bytes) };
const unavailable = { code: 'unavailable', status: 503 };

const xml = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;

/** A store whose server answers everything with this error. */
const openRefusing = async (status: number, code: string) => {
  const client = await openFakeServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' }).end(xml(code));
  });
  return createS3BlobStore({ client, bucket: 'blobs' });
};

const openUnreachable = async () => {
  const client = newClient({ endpoint: 'http://127.0.0.1:1', forcePathStyle: true });
  return createS3BlobStore({ client, bucket: 'blobs' });
};

describe('a fault of the S3 server', () => {
  it.each([
    [500, 'InternalError'],
    [503, 'SlowDown'],
    [503, 'ServiceUnavailable'],
    [429, 'TooManyRequests'],
  ])('%i %s is unavailable, for every call', async (status, code) => {
    const store = await openRefusing(status, code);
    const target = { ...object, partBytes: 5, expiresAt: Date.now() + 60_000, limit: 1 };
    const calls = [
      store.accept(object),
      store.inspect(object.objectKey, 1),
      store.read(object.objectKey),
      store.write(object, inPieces(bytes)),
      store.delete(object.objectKey),
      store.list('a', 10),
      store.parts?.begin(target),
      store.parts?.resume(target),
    ];
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ ...unavailable, cause: expect.any(Error) });
    }
    await expect(store.health()).rejects.toThrow(/^The S3 server does not answer/);
  });

  it('such as a refused connection is unavailable', async () => {
    const store = await openUnreachable();
    await expect(store.accept(object)).rejects.toMatchObject(unavailable);
    await expect(store.health()).rejects.toThrow(/^The S3 server does not answer \(.*ECONNREFUSED/);
  });

  it('such as a connection lost half way is unavailable, and nothing is taken for the whole', async () => {
    const client = await openFakeServer((request, response) => {
      response.writeHead(200, { 'content-length': String(bytes.length), etag: '"e"' });
      if (request.method === 'HEAD') response.end();
      else response.write(bytes.subarray(0, 5), () => response.destroy());
    });
    const store = createS3BlobStore({ client, bucket: 'blobs' });
    await expect(store.inspect(object.objectKey, bytes.length)).rejects.toMatchObject(unavailable);
    const chunks = await store.read(object.objectKey);
    const readAll = async () => {
      for await (const _ of chunks ?? []);
    };
    await expect(readAll()).rejects.toMatchObject(unavailable);
  });

  it('such as a silent server is unavailable after the time that the client allows', async () => {
    const client = await openFakeServer(() => {});
    const patient = newClient({
      endpoint: async () => client.config.endpoint?.() ?? { protocol: 'http:', hostname: '127.0.0.1', path: '/' },
      forcePathStyle: true,
      requestHandler: { socketTimeout: 200 },
    });
    const store = createS3BlobStore({ client: patient, bucket: 'blobs' });
    await expect(store.accept(object)).rejects.toMatchObject(unavailable);
    patient.destroy();
  });

  it.each([
    [403, 'AccessDenied', /may not write, read and remove objects in the bucket "blobs"/],
    [404, 'NoSuchBucket', /^There is no bucket "blobs"/],
    [403, 'InvalidAccessKeyId', /refuses the credentials/],
    [403, 'SignatureDoesNotMatch', /refuses the credentials/],
    [400, 'AuthorizationHeaderMalformed', /in another region/],
    [501, 'NotImplemented', /cannot be used: NotImplemented/],
  ])('%i %s is no passing one, and health says what to do', async (status, code, sentence) => {
    const store = await openRefusing(status, code);
    await expect(store.write(object, inPieces(bytes))).rejects.not.toMatchObject(unavailable);
    await expect(store.health()).rejects.toThrow(sentence);
  });

  it('is told by health when the client has no credentials', async () => {
    const noCredentials = async (): Promise<never> => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    const store = createS3BlobStore({ client: newClient({ credentials: noCredentials }), bucket: 'blobs' });
    await expect(store.health()).rejects.toThrow(/^There are no credentials for S3. Set AWS_ACCESS_KEY_ID/);
  });

  it('is told by health when the client has no region', async () => {
    const noRegion = async (): Promise<never> => {
      throw new Error('Region is missing');
    };
    const store = createS3BlobStore({ client: newClient({ region: noRegion }), bucket: 'blobs' });
    await expect(store.health()).rejects.toThrow(/^S3 needs a region. Set AWS_REGION/);
  });
});

describe('a checksum that the server says', () => {
  /** A server that holds the bytes everywhere and says this checksum. */
  const inspect = async (checksum: string, profile: S3ProfileName) => {
    const requests: string[] = [];
    const client = await openFakeServer((request, response) => {
      requests.push(request.method ?? '');
      response.writeHead(200, { 'content-length': String(bytes.length), 'x-amz-checksum-sha256': checksum });
      response.end(request.method === 'HEAD' ? undefined : bytes);
    });
    const store = createS3BlobStore({ client, bucket: 'blobs', profile });
    return { stored: await store.inspect(object.objectKey, bytes.length), requests };
  };
  const right = Buffer.from(object.hash, 'hex').toString('base64');
  const lie = Buffer.alloc(32).toString('base64');

  it('is taken where the profile says that it is proven', async () => {
    expect(await inspect(right, 'aws')).toEqual({ stored: { sizeBytes: 12, hash: object.hash }, requests: ['HEAD'] });
  });

  it.each([
    ['made from parts', `${lie}-3`, 'aws'],
    ['not one', 'AAAA', 'aws'],
    ['not proven', lie, 'other'],
  ] as const)('is not taken when it is %s: the bytes are read', async (_, checksum, profile) => {
    const { stored, requests } = await inspect(checksum, profile);
    expect(stored).toEqual({ sizeBytes: 12, hash: object.hash });
    expect(requests).toEqual(['HEAD', 'GET']);
  });
});
