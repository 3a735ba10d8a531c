import { describe, expect, it } from 'vitest';
import { expectRefusal } from '../refusal.js';
import type { OpenedBlobStore } from './opened-blob-store.js';
import { createObject, expectRefused, signDownload, upload } from './sample-object.js';

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7000) yield bytes.subarray(at, at + 7000);
}

const readWhole = async (chunks: AsyncIterable<Uint8Array> | null): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of chunks ?? []) parts.push(part);
  return Buffer.concat(parts);
};

export const describeObjects = (opened: () => OpenedBlobStore): void => {
  describe('objects', () => {
    it('are null where nothing is stored', async () => {
      const { objectKey } = await createObject();
      expect(await opened().store.inspect(objectKey, 1000)).toBeNull();
    });

    it('tell their real size when it is not the expected one [P-103]', async () => {
      const subject = opened();
      const object = await createObject(1000);
      await upload(subject, object);
      const stored = await subject.store.inspect(object.objectKey, 999);
      expect(stored?.sizeBytes).toBe(1000);
      expect(['', object.hash]).toContain(stored?.hash);
      expect(await subject.store.inspect(object.objectKey, -1)).toMatchObject({ sizeBytes: 1000 });
    });

    it('are gone for good when they are deleted, and deleting again is no error [P-107]', async () => {
      const subject = opened();
      const object = await createObject();
      await upload(subject, object);
      await subject.store.delete(object.objectKey);
      await subject.store.delete(object.objectKey);
      expect(await subject.store.inspect(object.objectKey, 1000)).toBeNull();
      await expectRefused(await subject.fetch(await signDownload(subject, object)));
      expect((await subject.store.list(null, 10_000)).map(({ objectKey }) => objectKey)).not.toContain(
        object.objectKey,
      );
    });

    it('are listed in order of key, in pages, with the time when they came [P-107]', async () => {
      const subject = opened();
      const before = subject.now();
      const keys: string[] = [];
      for (let count = 0; count < 7; count++) {
        const object = await createObject(10 + count);
        await upload(subject, object);
        keys.push(object.objectKey);
      }
      const walked: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof subject.store.list>> = await subject.store.list(after, 3);
        expect(page.length).toBeLessThanOrEqual(3);
        for (const { objectKey, modifiedAt } of page) {
          walked.push(objectKey);
          // Stores keep time in seconds at worst, and by a clock of their own.
          if (keys.includes(objectKey)) expect(Math.abs(modifiedAt - before)).toBeLessThan(60_000);
        }
        after = page.at(-1)?.objectKey ?? null;
        if (page.length === 0) break;
      }
      expect(walked).toEqual(walked.toSorted());
      expect(new Set(walked).size).toBe(walked.length);
      expect(walked.filter((key) => keys.includes(key))).toEqual(keys.toSorted());
    });

    it('are listed in the order of their bytes, also where one key begins like another', async () => {
      const subject = opened();
      const root = crypto.randomUUID();
      const keys = [`${root}/a`, `${root}/a-b`, `${root}/a/b`, `${root}/a0`, `${root}-x/a`];
      for (const objectKey of keys) await upload(subject, { ...(await createObject(3)), objectKey });
      const listed = (await subject.store.list(null, 10_000)).map(({ objectKey }) => objectKey);
      expect(listed.filter((key) => keys.includes(key))).toEqual(keys.toSorted());
      const behind = (await subject.store.list(`${root}/a-b`, 10_000)).map(({ objectKey }) => objectKey);
      expect(behind.filter((key) => keys.includes(key))).toEqual([`${root}/a/b`, `${root}/a0`]);
    });

    it('are listed from the start of a folder, and from the very start without a sweep', async () => {
      const subject = opened();
      const root = crypto.randomUUID();
      const keys = [`${root}-x/a`, `${root}/a`, `${root}/b`];
      for (const objectKey of keys) await upload(subject, { ...(await createObject(3)), objectKey });
      const after = async (position: string) =>
        (await subject.store.list(position, 10_000))
          .map(({ objectKey }) => objectKey)
          .filter((key) => keys.includes(key));
      expect(await after(`${root}/`)).toEqual([`${root}/a`, `${root}/b`]);
      expect(await after('')).toEqual(keys);
    });

    it('are written and read from inside of the process, and are then what an upload would have made', async () => {
      const subject = opened();
      const object = await createObject(200_000);
      await subject.store.write(object, inParts(object.bytes));
      await subject.store.write(object, inParts(object.bytes));
      expect(await subject.store.inspect(object.objectKey, object.sizeBytes)).toEqual({
        sizeBytes: object.sizeBytes,
        hash: object.hash,
      });
      expect(await readWhole(await subject.store.read(object.objectKey))).toEqual(Buffer.from(object.bytes));
      const answer = await subject.fetch(await signDownload(subject, object));
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(object.bytes));
    });

    it('are not written when the bytes have another size or hash', async () => {
      const subject = opened();
      const object = await createObject(1000);
      const others = [object.bytes.subarray(1), Buffer.concat([object.bytes, Buffer.from('x')]), Buffer.alloc(1000)];
      for (const bytes of others) {
        await expectRefusal(subject.store.write(object, inParts(bytes)), 'blob_mismatch');
        expect(await subject.store.inspect(object.objectKey, 1000)).toBeNull();
      }
      expect(await subject.store.read(object.objectKey)).toBeNull();
    });

    it('can be written and read as `health` says', async () => {
      await expect(opened().store.health()).resolves.toBeUndefined();
    });
  });
};
