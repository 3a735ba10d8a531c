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

    it.each([
      ['with', true],
      ['without', false],
    ])('of other bytes %s a checksum asked for are refused, or not accepted [P-102] [P-103]', async (_, asked) => {
      const subject = opened();
      const object = await createObject();
      const { url, headers } = await signUpload(subject, object, asked);
      const put = (body: Uint8Array<ArrayBuffer>) =>
        subject.fetch(url, { method: 'PUT', body, headers: { ...headers } });
      const { ok } = await put(alter(object.bytes));
      expect(await subject.store.accept(object)).toBe(ok ? 'different' : 'missing');
      expect((await put(object.bytes)).status).toBe(200);
      expect(await subject.store.accept(object)).toBe('accepted');
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toMatchObject({ hash: object.hash });
    });

    it('are accepted as what they are and as nothing else [P-103]', async () => {
      const subject = opened();
      const [object, other] = [await createObject(700), await createObject(701)];
      const { url, headers } = await signUpload(subject, object);
      expect(await subject.store.accept(object)).toBe('missing');
      await subject.fetch(url, { method: 'PUT', body: object.bytes, headers: { ...headers } });
      expect(await subject.store.accept({ ...object, sizeBytes: 699 })).toBe('different');
      expect(await subject.store.accept({ ...object, hash: other.hash })).toBe('different');
      expect(await subject.store.accept(object)).toBe('accepted');
      expect(await subject.store.accept({ ...object, hash: other.hash })).toBe('different');
      expect(await subject.store.accept(object)).toBe('accepted');
    });

    it('cannot change what was accepted, also through a URL that is still good [P-103]', async () => {
      const subject = opened();
      const object = await createObject();
      const { url } = await upload(subject, object);
      await subject.fetch(url, { method: 'PUT', body: alter(object.bytes) });
      await subject.fetch(url, { method: 'PUT', body: object.bytes.slice(1) });
      const isUnchanged = async () => {
        expect(await subject.store.accept(object)).toBe('accepted');
        expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toMatchObject({ hash: object.hash });
        expect(await hashOf(Uint8Array.from(await download(subject, object)))).toBe(object.hash);
      };
      await isUnchanged();
      await subject.fetch(url, { method: 'PUT', body: object.bytes });
      await isUnchanged();
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
      const acceptances = await Promise.all(Array.from({ length: 4 }, () => subject.store.accept(object)));
      expect(acceptances).toEqual(Array(4).fill('accepted'));
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
