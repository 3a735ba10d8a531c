import { describe, expect, it } from 'vitest';
import type { OpenedBlobStore } from './opened-blob-store.js';
import { alter, createObject, download, expectRefused, hashOf, signUpload, upload } from './sample-object.js';

export const describeUploads = (opened: () => OpenedBlobStore): void => {
  describe('uploads', () => {
    it.each([1, 1000, 3 * 1024 * 1024])('of %i bytes are stored as they came [P-102]', async (size) => {
      const subject = opened();
      const object = await createObject(size);
      await upload(subject, object);
      expect(await subject.store.inspect(object.objectKey, size)).toEqual({ sizeBytes: size, hash: object.hash });
      const bytes = await download(subject, object);
      expect(bytes.length).toBe(size);
      expect(await hashOf(Uint8Array.from(bytes))).toBe(object.hash);
    });

    it.each([
      ['shorter', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(1)],
      ['longer', (bytes: Uint8Array<ArrayBuffer>) => Uint8Array.from([...bytes, 0])],
      ['empty', () => new Uint8Array()],
    ])('that are %s than stated are refused and leave nothing behind [P-102]', async (_, change) => {
      const subject = opened();
      const object = await createObject();
      const { url, headers } = await signUpload(subject, object);
      await expectRefused(
        await subject.fetch(url, { method: 'PUT', body: change(object.bytes), headers: { ...headers } }),
      );
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toBeNull();
      expect((await subject.store.list(null, 10_000)).map(({ objectKey }) => objectKey)).not.toContain(
        object.objectKey,
      );
    });

    it('of other bytes are refused when a checksum was asked for [P-102]', async () => {
      const subject = opened();
      const object = await createObject();
      const { url, headers } = await signUpload(subject, object, true);
      const put = (body: Uint8Array<ArrayBuffer>) =>
        subject.fetch(url, { method: 'PUT', body, headers: { ...headers } });
      await expectRefused(await put(alter(object.bytes)));
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toBeNull();
      expect((await put(object.bytes)).status).toBe(200);
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toMatchObject({ hash: object.hash });
    });

    it('of other bytes are refused, or told by what `inspect` reads [P-103]', async () => {
      const subject = opened();
      const object = await createObject();
      const { url, headers } = await signUpload(subject, object);
      await subject.fetch(url, { method: 'PUT', body: alter(object.bytes), headers: { ...headers } });
      const stored = await subject.store.inspect(object.objectKey, object.bytes.length);
      expect(stored?.hash).not.toBe(object.hash);
    });

    it('cannot change what is stored, also through a URL that is still good [P-103]', async () => {
      const subject = opened();
      const object = await createObject();
      const { url } = await upload(subject, object);
      await subject.fetch(url, { method: 'PUT', body: alter(object.bytes) });
      await subject.fetch(url, { method: 'PUT', body: object.bytes.slice(1) });
      await subject.fetch(url, { method: 'PUT', body: object.bytes });
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toMatchObject({ hash: object.hash });
      expect(await hashOf(Uint8Array.from(await download(subject, object)))).toBe(object.hash);
    });

    it('of one object at the same time end in that object [P-102]', async () => {
      const subject = opened();
      const object = await createObject(200_000);
      const { url, headers } = await signUpload(subject, object);
      await Promise.all(
        Array.from({ length: 4 }, () =>
          subject.fetch(url, { method: 'PUT', body: object.bytes, headers: { ...headers } }),
        ),
      );
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toEqual({
        sizeBytes: object.bytes.length,
        hash: object.hash,
      });
    });

    it('of the same bytes under two keys are two objects [P-103]', async () => {
      const subject = opened();
      const [one, two] = [await createObject(500), await createObject(500)];
      await upload(subject, one);
      await upload(subject, two);
      await subject.store.delete(one.objectKey);
      expect(await subject.store.inspect(one.objectKey, 500)).toBeNull();
      expect(await hashOf(Uint8Array.from(await download(subject, two)))).toBe(two.hash);
    });
  });
};
