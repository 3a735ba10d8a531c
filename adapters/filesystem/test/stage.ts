import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, type BlobStore, type Call, isStreamBody, type Secret } from '@synckeep/core';
import { onTestFinished } from 'vitest';
import { createFilesystemBlobStore } from '../src/index.js';

export const baseUrl = 'http://127.0.0.1:8787/api/sync';
export const hour = 60 * 60 * 1000;

/** A clock that stands still until it is set. */
export const createStillClock = () => {
  const clock = { time: Date.UTC(2026, 0, 1), now: () => clock.time, after: () => () => {} };
  return clock;
};

export const makeSecret = (id: string): Secret => ({ id, bytes: createHash('sha256').update(id).digest() });

export const makeTemporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-filesystem-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

export interface Stage {
  readonly store: BlobStore;
  readonly folder: string;
  readonly clock: ReturnType<typeof createStillClock>;
  readonly secrets: Secret[];
}

export const openStage = async (folder?: string): Promise<Stage> => {
  const clock = createStillClock();
  const secrets = [makeSecret('first')];
  const place = folder ?? join(await makeTemporaryFolder(), 'blobs');
  const store = createFilesystemBlobStore({
    folder: place,
    baseUrl: () => baseUrl,
    secrets: { list: () => secrets },
    clock,
  });
  return { store, folder: place, clock, secrets };
};

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** A key as the core makes them: app, user, hash and random digits. */
export const newKey = (): string => {
  const [hash, random] = [hashOf(Buffer.from(randomUUID())), randomUUID().replaceAll('-', '')];
  return `${randomUUID()}/${randomUUID()}/${hash}-${random}`;
};

export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Hands a request for a signed URL to the route, as a server would. */
export const request = async (
  store: BlobStore,
  url: string,
  { method = 'GET', headers = {}, chunks = [] }: Request = {},
): Promise<Answer> => {
  const [route] = store.routes;
  if (!route || !url.startsWith(baseUrl + route.path)) throw new Error(`No route serves ${url}.`);
  const [path = '', query = ''] = url.slice(baseUrl.length + route.path.length).split('?');
  const call: Call = {
    method,
    path: route.path + path,
    query,
    header: (name) => headers[name],
    address: '127.0.0.1',
    signal: new AbortController().signal,
    body: {
      bytes: async () => {
        throw new Error('A blob must not be read whole.');
      },
      async *chunks() {
        yield* chunks;
      },
    },
  };
  return route.handle(call, path);
};

export const bodyOf = async (answer: Answer): Promise<Buffer> => {
  if (!isStreamBody(answer.body)) return Buffer.from(answer.body ?? '');
  const parts: Uint8Array[] = [];
  for await (const part of answer.body.chunks) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
};

export const signUpload = async ({ store, clock }: Stage, objectKey: string, bytes: Uint8Array): Promise<string> => {
  const target = {
    objectKey,
    sizeBytes: bytes.length,
    hash: hashOf(bytes),
    expiresAt: clock.now() + hour,
    checksumHeader: false,
  };
  return (await store.signUpload(target)).url;
};

export const upload = async (stage: Stage, objectKey: string, bytes: Uint8Array): Promise<Answer> =>
  request(stage.store, await signUpload(stage, objectKey, bytes), { method: 'PUT', chunks: [bytes] });

/** Every file below the folder of the store, without the folders. */
export const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};
