import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyBlobs, createFallbackBlobStore } from '@synckeep/core';
import { createRouteFetch, describeBlobStore } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';
import { createFilesystemBlobStore } from '../src/index.js';
import {
  baseUrl,
  bodyOf,
  createStillClock,
  hashOf,
  hour,
  makeSecret,
  makeTemporaryFolder,
  newKey,
  request,
} from './stage.js';

/** Two folders behind one server: one route, one set of secrets. */
const openTwo = (folder: string) => {
  const clock = createStillClock();
  const options = { baseUrl: () => baseUrl, secrets: { list: () => [makeSecret('first')] }, clock };
  const primary = createFilesystemBlobStore({ ...options, folder: join(folder, 'new') });
  const fallback = createFilesystemBlobStore({ ...options, folder: join(folder, 'old') });
  return { clock, primary, fallback, store: createFallbackBlobStore({ primary, fallback }) };
};

describeBlobStore('filesystem before filesystem', {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'synckeep-filesystem-'));
    const { store, clock } = openTwo(folder);
    return {
      store,
      fetch: createRouteFetch(store),
      now: clock.now,
      pass: async (milliseconds) => {
        clock.time += milliseconds;
      },
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
});

describe('a folder before another folder', () => {
  it('serves from both by one route, and from itself alone once everything was copied', async () => {
    const { clock, primary, fallback, store } = openTwo(await makeTemporaryFolder());
    const bytes = Buffer.alloc(300_000, 'blob');
    // As the core makes keys: the hash in it is what a copy is verified by.
    const objectKey = newKey().replace(/[0-9a-f]{64}/, hashOf(bytes));
    async function* chunks() {
      yield bytes;
    }
    await fallback.write({ objectKey, sizeBytes: bytes.length, hash: hashOf(bytes) }, chunks());
    const url = await store.signDownload(objectKey, clock.now() + hour);
    expect((await bodyOf(await request(store, url))).equals(bytes)).toBe(true);
    await expect(request(primary, url)).rejects.toMatchObject({ code: 'blob_not_found' });
    expect(await copyBlobs({ from: fallback, to: primary })).toMatchObject({ failed: 0 });
    expect((await bodyOf(await request(primary, url))).equals(bytes)).toBe(true);
  });
});
