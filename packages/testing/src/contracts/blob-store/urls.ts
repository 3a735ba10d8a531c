import { describe, expect, it } from 'vitest';
import type { OpenedBlobStore } from './opened-blob-store.js';
import { createObject, expectRefused, signDownload, signUpload, upload } from './sample-object.js';

/** The URL with one character of its query changed, at each of some places. */
const tamper = (url: string): string[] => {
  const start = url.indexOf('?') + 1;
  expect(start).toBeGreaterThan(0);
  const places = Array.from({ length: 24 }, (_, index) => start + Math.floor(((url.length - start - 1) * index) / 23));
  return [...new Set(places)]
    .filter((at) => /[A-Za-z0-9]/.test(url.charAt(at)))
    .map((at) => `${url.slice(0, at)}${url.charAt(at) === '7' ? '8' : '7'}${url.slice(at + 1)}`);
};

export const describeUrls = (opened: () => OpenedBlobStore): void => {
  describe('signed URLs', () => {
    it('admit no upload when they were tampered with [P-102]', async () => {
      const subject = opened();
      const object = await createObject();
      const { url, headers } = await signUpload(subject, object);
      for (const tampered of [...tamper(url), url.slice(0, url.indexOf('?'))]) {
        const init = { method: 'PUT', body: object.bytes, headers: { ...headers } };
        await expectRefused(await subject.fetch(tampered, init));
      }
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toBeNull();
    });

    it('admit no download when they were tampered with [P-104]', async () => {
      const subject = opened();
      const object = await createObject();
      await upload(subject, object);
      const url = await signDownload(subject, object);
      for (const tampered of [...tamper(url), url.slice(0, url.indexOf('?'))]) {
        await expectRefused(await subject.fetch(tampered));
      }
    });

    it('admit nothing for another object [P-102]', async () => {
      const subject = opened();
      const [mine, foreign, unused] = [await createObject(), await createObject(), await createObject()];
      await upload(subject, foreign);
      const to = (url: string, other: { objectKey: string }) => url.replace(mine.objectKey, other.objectKey);
      const { url, headers } = await signUpload(subject, mine);
      const init = { method: 'PUT', body: mine.bytes, headers: { ...headers } };
      expect(to(url, unused)).not.toBe(url);
      await expectRefused(await subject.fetch(to(url, unused), init));
      expect(await subject.store.inspect(unused.objectKey, unused.bytes.length)).toBeNull();
      await upload(subject, mine);
      await expectRefused(await subject.fetch(to(await signDownload(subject, mine), foreign)));
    });

    it('admit nothing but their one method [P-102]', async () => {
      const subject = opened();
      const object = await createObject();
      const { url } = await upload(subject, object);
      const downloadUrl = await signDownload(subject, object);
      await expectRefused(await subject.fetch(url));
      await expectRefused(await subject.fetch(url, { method: 'DELETE' }));
      await expectRefused(await subject.fetch(downloadUrl, { method: 'DELETE' }));
      await expectRefused(await subject.fetch(downloadUrl, { method: 'PUT', body: object.bytes }));
      await expectRefused(await subject.fetch(downloadUrl, { method: 'POST', body: object.bytes }));
      expect(await subject.store.inspect(object.objectKey, object.bytes.length)).toMatchObject({ hash: object.hash });
    });

    it('admit nothing after they expired [P-102]', async () => {
      const subject = opened();
      const [object, late] = [await createObject(), await createObject()];
      await upload(subject, object);
      const { objectKey, hash, bytes } = late;
      const expiresAt = subject.now() + 4000;
      const target = { objectKey, hash, sizeBytes: bytes.length, expiresAt, checksumHeader: false };
      const { url, headers } = await subject.store.signUpload(target);
      const downloadUrl = await subject.store.signDownload(object.objectKey, expiresAt);
      expect((await subject.fetch(downloadUrl)).status).toBe(200);
      await subject.pass(5000);
      await expectRefused(await subject.fetch(url, { method: 'PUT', body: bytes, headers: { ...headers } }));
      await expectRefused(await subject.fetch(downloadUrl));
      expect(await subject.store.inspect(objectKey, bytes.length)).toBeNull();
    });
  });
};
