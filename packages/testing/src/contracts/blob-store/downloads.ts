import { describe, expect, it } from 'vitest';
import type { OpenedBlobStore } from './opened-blob-store.js';
import { createObject, expectRefused, signDownload, upload } from './sample-object.js';

export const describeDownloads = (opened: () => OpenedBlobStore): void => {
  describe('downloads', () => {
    const open = async (size = 1000) => {
      const subject = opened();
      const object = await createObject(size);
      await upload(subject, object);
      const url = await signDownload(subject, object);
      return { ...subject, object, url };
    };

    it('are attachments of an unknown type [P-105]', async () => {
      const { fetch, url } = await open();
      const answer = await fetch(url);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(answer.headers.get('content-length')).toBe('1000');
      await answer.arrayBuffer();
    });

    it.each([
      ['bytes=0-0', 0, 1],
      ['bytes=10-19', 10, 20],
      ['bytes=990-', 990, 1000],
      ['bytes=990-5000', 990, 1000],
      ['bytes=-10', 990, 1000],
    ])('answer the range %s with a part [P-106]', async (range, start, end) => {
      const { fetch, url, object } = await open();
      const answer = await fetch(url, { headers: { range } });
      expect(answer.status).toBe(206);
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`);
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(object.bytes.slice(start, end));
    });

    it('refuse a range behind the end [P-106]', async () => {
      const { fetch, url } = await open();
      expect((await fetch(url, { headers: { range: 'bytes=1000-' } })).status).toBe(416);
    });

    it('find nothing where nothing is stored [P-104]', async () => {
      const subject = opened();
      const object = await createObject();
      await expectRefused(await subject.fetch(await signDownload(subject, object)));
    });
  });
};
