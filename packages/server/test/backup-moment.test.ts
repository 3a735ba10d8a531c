import { createHash, randomUUID } from 'node:crypto';
import { join as joinPath } from 'node:path';
import { type BlobStore, silentLog } from '@synckeep/core';
import { afterEach, describe, expect, it } from 'vitest';
import { openPlace } from '../src/backup/place.js';
import { openRepository, type Repository } from '../src/backup/repository.js';
import { listSnapshots } from '../src/backup/snapshots.js';
import { takeBackup } from '../src/backup/take-backup.js';
import { verifyBackups } from '../src/backup/verify-backups.js';
import type { Composition } from '../src/compose.js';
import { call, join } from './api.js';
import { administerHere, makeAccountHere, runHere } from './here.js';
import { createInUse, downloadBlob, uploadBlob } from './in-use.js';

const { makeFolder, open, serve, close } = createInUse();
afterEach(close);

const noKeys = { recipients: [], identities: [], passphrase: null };
const form = 'own';

/** A place whose files `over` may keep from being written. */
const openAt = async (
  path: string,
  over: (store: BlobStore) => Partial<BlobStore> = () => ({}),
): Promise<Repository> => {
  const { store, ...place } = await openPlace({ kind: 'folder', path }, 'write', silentLog);
  return openRepository({ store: { ...store, ...over(store) }, ...place }, noKeys, 'write');
};

describe('blobs that are deleted while a backup is taken', () => {
  it('are in it, and go when it is done', async () => {
    const { folder, server, laptop, small, hash, place } = await open();
    let isDeleted = false;
    /** Deletes all of them through the API, once the database was copied and before the first is read. */
    const deleting = (blobStore: BlobStore): BlobStore => ({
      ...blobStore,
      async read(objectKey) {
        if (!isDeleted) {
          isDeleted = true;
          for (const each of [small, hash]) await call(server, 'DELETE', `/blobs/${each}`, { token: laptop.token });
          await administerHere({ dataDir: folder }, ({ server: other }) => other.maintain());
        }
        return blobStore.read(objectKey);
      },
    });
    await administerHere({ dataDir: folder }, async (composition) => {
      const repository = await openAt(place);
      const held: Composition = { ...composition, blobStore: deleting(composition.blobStore) };
      const { blobs } = await takeBackup({ composition: held, repository, form });
      expect({ isDeleted, ...blobs }).toMatchObject({ isDeleted: true, count: 2, copied: 2, lost: 0 });
      expect(await composition.blobStore.list(null, 10)).toHaveLength(2);
      await composition.server.maintain();
      expect(await composition.blobStore.list(null, 10)).toEqual([]);
    });
    const target = makeFolder();
    await runHere({ SYNCKEEP_DATA_DIR: target }, 'restore', place);
    expect(await downloadBlob(await serve(target), laptop, small)).toBeInstanceOf(Buffer);
  });

  it('are told of when the blob store has lost or damaged them', async () => {
    const { folder, place, hash } = await open();
    await administerHere({ dataDir: folder }, async (composition) => {
      const repository = await openAt(place);
      const [found] = (await composition.blobStore.list(null, 10)).filter(({ objectKey }) => objectKey.includes(hash));
      await composition.blobStore.delete(found?.objectKey ?? '');
      const { snapshot, blobs } = await takeBackup({ composition, repository, form });
      expect({ ...blobs, kept: snapshot.manifest.blobs }).toMatchObject({
        count: 1,
        lost: 1,
        kept: { count: 1, lost: 1 },
      });
      expect((await verifyBackups(repository, [snapshot], () => {})).problems).toEqual([]);
    });
    const target = makeFolder();
    expect(await runHere({ SYNCKEEP_DATA_DIR: target }, 'restore', place)).toMatchObject({ blobs: 1, lost_blobs: 1 });
  });
});

describe('a backup', () => {
  it('that ends at whichever write leaves every earlier one whole, and the next one is taken', async () => {
    const folder = makeFolder();
    const server = await serve(folder);
    const account = await makeAccountHere({ dataDir: folder });
    const laptop = await join(server, account, 'laptop');
    const place = joinPath(folder, '..', 'backups');
    let isDone = false;
    for (let writesLeft = 0; !isDone; writesLeft++) {
      await laptop.push(randomUUID());
      await uploadBlob(server, laptop, Buffer.from(randomUUID()));
      let left = writesLeft;
      const failing = (store: BlobStore): Partial<BlobStore> => ({
        async write(object, chunks) {
          if (left === 0) throw new Error('The disk is gone.');
          left -= 1;
          await store.write(object, chunks);
        },
      });
      const before = writesLeft === 0 ? [] : await openAt(place).then(listSnapshots);
      await administerHere({ dataDir: folder }, async (composition) => {
        try {
          await takeBackup({ composition, repository: await openAt(place, failing), form });
          isDone = true;
        } catch (error) {
          expect(String(error)).toContain('The disk is gone.');
        }
        const repository = await openAt(place);
        const snapshots = await listSnapshots(repository);
        expect(snapshots.map(({ id }) => id)).toEqual([
          ...before.map(({ id }) => id),
          ...(isDone ? [expect.any(String)] : []),
        ]);
        // Every other time with a whole one in between.
        if (writesLeft % 2 === 0) await takeBackup({ composition, repository, form });
        const report = await verifyBackups(repository, await listSnapshots(repository), () => {});
        expect(report.problems).toEqual([]);
      });
      expect(writesLeft).toBeLessThan(40);
    }
  }, 90_000);

  it('is taken by one process at a time', async () => {
    const { folder, place } = await open();
    await administerHere({ dataDir: folder }, async (composition) => {
      const repository = await openAt(place);
      const taken = await Promise.allSettled([1, 2, 3].map(() => takeBackup({ composition, repository, form })));
      const refused = taken.filter(({ status }) => status === 'rejected');
      expect(refused.length).toBeGreaterThanOrEqual(2);
      for (const each of refused) expect(String('reason' in each && each.reason)).toMatch(/Another process works in/);
      await takeBackup({ composition, repository, form });
    });
  });

  it('copies nothing that is there already, of the database neither', async () => {
    const { folder, laptop, place } = await open();
    for (let index = 0; index < 12; index++)
      await laptop.push(createHash('sha256').update(String(index)).digest('hex').repeat(8_000));
    const first = await runHere<Record<string, number>>({ SYNCKEEP_DATA_DIR: folder }, 'backup', place);
    const second = await runHere<Record<string, number>>({ SYNCKEEP_DATA_DIR: folder }, 'backup', place);
    expect(first['database_new_bytes']).toBe(first['database_bytes']);
    expect(second['database_new_bytes']).toBeLessThan((second['database_bytes'] ?? 0) / 2);
    expect(second['blobs_new']).toBe(0);
  });
});
