import { describe, expect, it } from 'vitest';
import { createObject, type SampleObject } from '../contracts/blob-store/sample-object.js';
import { put } from '../contracts/record-samples.js';
import { now } from '../contracts/samples.js';
import {
  addApp,
  collect,
  freshExportOf,
  fromLines,
  importInto,
  inParts,
  linesOf,
  type Moving,
  type MovingEnd,
} from './moving-ends.js';

interface Published extends SampleObject {
  readonly appId: string;
  readonly releaseId: string;
}

const releaseOf = (appId: string, id: string, objects: readonly SampleObject[]) => {
  const artifacts = objects.map(({ objectKey, hash, sizeBytes }, n) => ({
    ...{ target: 'linux', arch: n === 0 ? 'x86_64' : 'aarch64', fileName: null, objectKey, sizeBytes, hash },
    ...{ signature: '', confirmed: { at: now, sha512: 'x', blake2b: 'x' } },
  }));
  const value = {
    ...{ id, appId, version: '1.2.0', channel: 'stable', state: 'published', notes: '', signature: '', rollout: 100 },
    ...{ minimumVersion: null, createdAt: now, publishedAt: now, artifacts },
  };
  return put('release', id, {
    ...{ value, unique: { version: `${appId} 1.2.0` } },
    indexes: { app: [appId], live: [appId], object: objects.map(({ objectKey }) => objectKey) },
  });
};

/** An app with a slug and a release whose artifact is stored. */
const publish = async (end: MovingEnd): Promise<Published> => {
  const [appId, releaseId] = [crypto.randomUUID(), crypto.randomUUID()];
  const { bytes, hash, sizeBytes } = await createObject(200_000);
  const objectKey = `ota/${appId}/${hash}-${crypto.randomUUID().replaceAll('-', '')}`;
  await addApp(end, appId);
  await end.blobStore.write({ objectKey, hash, sizeBytes }, inParts(bytes));
  const object = { objectKey, hash, sizeBytes, bytes };
  const slug = put('slug', `notes-${appId.slice(0, 8)}`, {
    ...{ value: { appId, takenAt: now }, indexes: { app: [appId] } },
  });
  await end.storage.records.transact([releaseOf(appId, releaseId, [object]), slug], now);
  return { ...object, appId, releaseId };
};

const bytesIn = async ({ blobStore }: MovingEnd, objectKey: string): Promise<Buffer | null> => {
  const chunks = await blobStore.read(objectKey);
  return chunks && collect(chunks);
};

export const describeMovedReleases = (opened: Moving): void => {
  describe('releases', () => {
    it('move with their app and no other, and with the bytes of their artifacts', async () => {
      const { from, to } = opened();
      const [one, other] = [await publish(from), await publish(from)];
      const stream = await freshExportOf(from, { appId: one.appId, userId: null });
      expect(stream.toString()).not.toContain(other.appId);
      expect(await importInto(to, stream)).toMatchObject({ records: 3, blobs: 1, blobBytes: one.sizeBytes });
      const record = await from.storage.records.get('release', one.releaseId);
      expect(await to.storage.records.get('release', one.releaseId)).toEqual(record);
      const found = await to.storage.records.find('release', 'live', one.appId, { after: null, limit: 2 });
      expect(found.map(({ key }) => key)).toEqual([one.releaseId]);
      // Not `toEqual`, which takes a second for a mebibyte.
      expect((await bytesIn(to, one.objectKey))?.equals(one.bytes)).toBe(true);
      expect(await bytesIn(to, other.objectKey)).toBeNull();
    });

    it('stay behind when their app becomes another one', async () => {
      const { from, to } = opened();
      const { appId, releaseId, objectKey } = await publish(from);
      const as = crypto.randomUUID();
      await addApp(to, as);
      await importInto(to, await freshExportOf(from, { appId, userId: null }), { as: { appId: as, userId: null } });
      expect(await to.storage.records.get('release', releaseId)).toBeNull();
      expect(await bytesIn(to, objectKey)).toBeNull();
    });

    it('are told of when an artifact is lost, and move without it', async () => {
      const { from, to } = opened();
      const { appId, objectKey } = await publish(from);
      await from.blobStore.delete(objectKey);
      let lost = 0;
      const onProgress = ({ lostBlobs }: { readonly lostBlobs: number }) => {
        lost = lostBlobs;
      };
      await importInto(to, await freshExportOf(from, { appId, userId: null }, { onProgress }));
      expect(lost).toBe(1);
    });

    it('are refused with objects that are not theirs, without a trace', async () => {
      const { from, to } = opened();
      const { appId, objectKey, hash } = await publish(from);
      const lines = linesOf(await freshExportOf(from, { appId, userId: null }));
      const foreign = `${crypto.randomUUID()}/${crypto.randomUUID()}/${hash}-${'0'.repeat(32)}`;
      const replaced = lines.map((line) => line.replaceAll(objectKey, foreign));
      await expect(importInto(to, fromLines(replaced))).rejects.toThrow(/kind "release"/);
      const moved = lines.map((line) => (line.includes('"type":"object"') ? line.replace(objectKey, foreign) : line));
      await expect(importInto(to, fromLines(moved))).rejects.toThrow(/no object of the record/);
      expect(await bytesIn(to, foreign)).toBeNull();
    });

    it('find their artifacts in a store that both servers have, and are refused without them', async () => {
      const { from, to } = opened();
      const { appId, releaseId, objectKey, bytes, hash, sizeBytes } = await publish(from);
      const stream = await freshExportOf(from, { appId, userId: null }, { blobs: 'referenced' });
      await expect(importInto(to, stream)).rejects.toThrow(/not in the blob store/);
      await to.blobStore.write({ objectKey, hash, sizeBytes }, inParts(bytes));
      await importInto(to, stream);
      expect(await to.storage.records.get('release', releaseId)).not.toBeNull();
    });
  });
};
