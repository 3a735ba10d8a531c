import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@synckeep/core';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DamageError } from '../src/backup/damage.js';
import { openRepository } from '../src/backup/repository.js';
import { parseBlobPlace } from '../src/blob-place.js';
import { openBlobs } from '../src/open-blobs.js';
import { Refusal } from '../src/refusal.js';
import { runHere, serveHere } from './here.js';

const folder = mkdtempSync(join(tmpdir(), 'synckeep-s3-'));
const dataDir = join(folder, 'data');
const servers: Server[] = [];
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hunter2');
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Something that refuses every request as an S3 server does. It proves what is said of an error, and nothing of S3. */
const refusing = async (status: number, code: string): Promise<string> => {
  const server = createServer((request, answer) => {
    request.resume();
    answer.writeHead(status, { 'content-type': 'application/xml' });
    answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const refuse = async (url: string): Promise<string> => {
  const blobs = parseBlobPlace(url);
  const error = await serveHere({ dataDir, blobs }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  expect(error.message).toMatch(/^SYNCKEEP_BLOBS_URL or --blobs: [A-Z][^\n]*\.$/);
  expect(error.message).not.toContain('hunter2');
  return error.message;
};

describe('a bucket that cannot be used', () => {
  it.each([
    [404, 'NoSuchBucket', 'There is no bucket'],
    [403, 'InvalidAccessKeyId', 'refuses the credentials'],
    [403, 'SignatureDoesNotMatch', 'refuses the credentials'],
    [403, 'AccessDenied', 'may not'],
    [301, 'PermanentRedirect', 'another region'],
  ])('is told of in one sentence when the answer is %i %s', async (status, code, words) => {
    const endpoint = await refusing(status, code);
    expect(await refuse(`s3://bucket?endpoint=${endpoint}`)).toContain(words);
  });

  it('is told of when nothing listens there, when there are no credentials, and when the URL is none', async () => {
    expect(await refuse('s3://bucket?endpoint=http://127.0.0.1:1')).toContain('ECONNREFUSED');
    expect(await refuse('s3://id:hunter2@bucket?endpoint=http://127.0.0.1:1')).toContain('AWS_ACCESS_KEY_ID');
    expect(await refuse('s3://bucket?regoin=eu')).toContain('there is no regoin');
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', folder);
    expect(await refuse('s3://bucket?endpoint=http://127.0.0.1:1')).toContain('There are no credentials');
  });

  it('is told of when a command comes to need it', async () => {
    const place = { kind: 's3', url: 's3://bucket?endpoint=http://127.0.0.1:1' } as const;
    const secrets = { list: () => [] };
    const blobs = await openBlobs({ place, source: 'x', secrets, baseUrl: () => '', log: silentLog });
    const said = await blobs.blobStore.list(null, 1).then(() => undefined, blobs.explain);
    expect(said).toMatch(/^The bucket bucket cannot be used now \(.*ECONNREFUSED.*\)\.$/);
    expect(blobs.explain(Object.assign(new Error('of the database'), { code: 'ECONNREFUSED' }))).toBeUndefined();
    await blobs.close();
  });
});

describe('a file of a backup whose bucket breaks the line', () => {
  it('is not called damaged', async () => {
    const server = createServer((request, answer) => {
      answer.writeHead(200, { 'content-length': 100 });
      if (request.method === 'HEAD') answer.end();
      else answer.write('{', () => answer.destroy());
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `s3://bucket?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const place = { kind: 's3', url } as const;
    const secrets = { list: () => [] };
    const blobs = await openBlobs({ place, source: 'x', secrets, baseUrl: () => '', log: silentLog });
    const used = { store: blobs.blobStore, shown: 'the bucket bucket', isRemote: true };
    const refusal = openRepository(used, { recipients: [], identities: [], passphrase: null }, 'look');
    await expect(refusal).rejects.toThrow(
      /^The file repository did not come to its end from the bucket bucket \([^\n]+\)\. Whether it is damaged is not known: try again\.$/,
    );
    await expect(refusal).rejects.not.toBeInstanceOf(DamageError);
    await blobs.close();
  });
});

describe('blobs cors', () => {
  it('prints the rules for the web origins of all apps, or for those that are named', async () => {
    const environment = { SYNCKEEP_DATA_DIR: join(folder, 'origins') };
    const originsOf = async (...args: string[]) => {
      const { CORSRules } = await runHere<{ CORSRules: { AllowedOrigins: string[] }[] }>(
        environment,
        'blobs',
        'cors',
        ...args,
      );
      return CORSRules.flatMap(({ AllowedOrigins }) => AllowedOrigins);
    };
    await expect(originsOf()).rejects.toThrow('No app names a web origin');
    await runHere(environment, 'app', 'create', 'A', '--origin', 'https://b.example', '--origin', 'https://a.example');
    await runHere(environment, 'app', 'create', 'B', '--origin', 'https://a.example', '--origin-preset', 'shells');
    const origins = await originsOf();
    expect(origins).toEqual([...new Set(origins)]);
    expect(origins).toEqual(expect.arrayContaining(['https://a.example', 'https://b.example', 'tauri://localhost']));
    expect(await originsOf('--origin', 'https://c.example')).toEqual(['https://c.example']);
  });
});
