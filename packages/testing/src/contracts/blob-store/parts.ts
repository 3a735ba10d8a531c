import type { PartsTarget, PartUploads, SignedPart } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import type { OpenedBlobStore } from './opened-blob-store.js';
import { alter, createObject, download, expectRefused, hashOf, type SampleObject } from './sample-object.js';

/** As small as S3 takes them. */
const partBytes = 5 * 1024 * 1024;

interface Stage extends OpenedBlobStore {
  readonly parts: PartUploads;
  readonly object: SampleObject;
  readonly target: PartsTarget;
  /** What a part holds, from 1 on. */
  bytesOf(partNumber: number): Uint8Array<ArrayBuffer>;
  /** Uploads these parts. */
  put(signed: readonly SignedPart[], ...partNumbers: readonly number[]): Promise<void>;
}

const numbersOf = (signed: readonly SignedPart[] | null) => signed?.map(({ partNumber }) => partNumber) ?? null;

const urlOf = (signed: readonly SignedPart[], partNumber: number): string =>
  signed.find((part) => part.partNumber === partNumber)?.url ?? '';

const openStage = async (opened: OpenedBlobStore, parts: PartUploads): Promise<Stage> => {
  const bytes = new Uint8Array(2 * partBytes + 1000);
  for (let at = 0; at < bytes.length; at += 997) bytes[at] = at % 251;
  const object = await createObject(bytes);
  const { objectKey, sizeBytes } = object;
  const target = { objectKey, sizeBytes, partBytes, expiresAt: opened.now() + 900_000, limit: 50 };
  const bytesOf = (partNumber: number) => bytes.slice((partNumber - 1) * partBytes, partNumber * partBytes);
  return {
    ...opened,
    parts,
    object,
    target,
    bytesOf,
    async put(signed, ...partNumbers) {
      for (const number of partNumbers) {
        const answer = await opened.fetch(urlOf(signed, number), { method: 'PUT', body: bytesOf(number) });
        expect(answer.status, await answer.text()).toBe(200);
      }
    },
  };
};

export const describeParts = (opened: () => OpenedBlobStore): void => {
  describe('uploads in parts, of a store that has them,', () => {
    /** A store without parts says so by null, and has nothing to prove here. */
    const check = (title: string, run: (stage: Stage) => Promise<void>): void =>
      it(title, async () => {
        const { parts } = opened().store;
        if (parts !== null) await run(await openStage(opened(), parts));
      });

    check('may come in any order, break off and go on [P-108]', async (stage) => {
      const { store, parts, object, target, put } = stage;
      const begun = await parts.begin({ ...target, limit: 2 });
      expect(numbersOf(begun)).toEqual([1, 2]);
      const all = (await parts.resume(target)) ?? [];
      expect(numbersOf(all)).toEqual([1, 2, 3]);
      await put(all, 3, 1);
      expect(await store.accept(object)).toBe('missing');
      const missing = (await parts.resume(target)) ?? [];
      expect(numbersOf(missing)).toEqual([2]);
      await put(missing, 2);
      expect(await parts.resume(target)).toEqual([]);
      expect(await store.accept(object)).toBe('accepted');
      expect(await hashOf(Uint8Array.from(await download(stage, object)))).toBe(object.hash);
      expect(await parts.resume(target)).toEqual([]);
    });

    check('are accepted once, however often at once, and then no part changes them [P-103] [P-108]', async (stage) => {
      const { store, parts, object, target, put, bytesOf } = stage;
      const signed = await parts.begin(target);
      await put(signed, 1, 2, 3);
      const acceptances = await Promise.all(Array.from({ length: 5 }, () => store.accept(object)));
      expect(acceptances).toEqual(Array(5).fill('accepted'));
      await expectRefused(await stage.fetch(urlOf(signed, 3), { method: 'PUT', body: alter(bytesOf(3)) }));
      expect(await store.accept(object)).toBe('accepted');
      expect(await store.inspect(object.objectKey, object.sizeBytes)).toMatchObject({ hash: object.hash });
    });

    check('admit each part only with its own length, number and signature [P-108]', async (stage) => {
      const { store, parts, object, target, bytesOf } = stage;
      const url = urlOf(await parts.begin(target), 3);
      const put = (to: string, body: Uint8Array<ArrayBuffer>) => stage.fetch(to, { method: 'PUT', body });
      await expectRefused(await put(url, bytesOf(3).slice(1)));
      await expectRefused(await put(url, Uint8Array.from([...bytesOf(3), 0])));
      await expectRefused(await put(url.replace('partNumber=3', 'partNumber=2'), bytesOf(3)));
      await expectRefused(await put(url.slice(0, url.indexOf('?')), bytesOf(3)));
      expect(numbersOf(await parts.resume(target))).toEqual([1, 2, 3]);
      expect(await store.accept(object)).toBe('missing');
    });

    check('of other bytes are not accepted, and gone when they are deleted [P-103] [P-108]', async (stage) => {
      const { store, parts, object, target, put, bytesOf } = stage;
      const signed = await parts.begin(target);
      await put(signed, 1, 3);
      await stage.fetch(urlOf(signed, 2), { method: 'PUT', body: alter(bytesOf(2)) });
      expect(await store.accept(object)).toBe('different');
      await store.delete(object.objectKey);
      expect(await store.accept(object)).toBe('missing');
      expect(await parts.resume(target)).toBeNull();
    });

    check('that are not over are dropped with their object [P-107] [P-108]', async (stage) => {
      const { store, parts, object, target, put, bytesOf } = stage;
      const signed = await parts.begin(target);
      await put(signed, 1);
      await store.delete(object.objectKey);
      expect(await parts.resume(target)).toBeNull();
      // A small one: a server may cut a large one off before it answers.
      await expectRefused(await stage.fetch(urlOf(signed, 3), { method: 'PUT', body: bytesOf(3) }));
      expect(await store.accept(object)).toBe('missing');
    });

    check('go on only where one was begun [P-108]', async ({ parts, target }) => {
      expect(await parts.resume(target)).toBeNull();
    });
  });
};
