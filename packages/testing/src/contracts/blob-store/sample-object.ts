import { expect } from 'vitest';
import { createHash } from '../samples.js';
import type { OpenedBlobStore } from './opened-blob-store.js';

const minute = 60_000;

export interface SampleObject {
  readonly objectKey: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sizeBytes: number;
  readonly hash: string;
}

export const hashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Bytes under a key such as the core makes them: app, user, and the hash with random digits. */
export const createObject = async (bytes: Uint8Array<ArrayBuffer> | number = 1000): Promise<SampleObject> => {
  const content =
    typeof bytes === 'number' ? Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + bytes) % 251) : bytes;
  const hash = await hashOf(content);
  const objectKey = `${crypto.randomUUID()}/${crypto.randomUUID()}/${hash}-${createHash().slice(0, 32)}`;
  return { objectKey, bytes: content, sizeBytes: content.length, hash };
};

/** The same length, one bit changed. */
export const alter = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  const altered = bytes.slice();
  altered[altered.length >> 1] = (altered[altered.length >> 1] ?? 0) ^ 1;
  return altered;
};

export const signUpload = ({ store, now }: OpenedBlobStore, object: SampleObject, checksumHeader = false) =>
  store.signUpload({
    objectKey: object.objectKey,
    sizeBytes: object.bytes.length,
    hash: object.hash,
    expiresAt: now() + 15 * minute,
    checksumHeader,
  });

export const signDownload = ({ store, now }: OpenedBlobStore, { objectKey }: { readonly objectKey: string }) =>
  store.signDownload(objectKey, now() + 15 * minute);

/** Uploads the object through its URL and has it accepted. */
export const upload = async (opened: OpenedBlobStore, object: SampleObject): Promise<{ readonly url: string }> => {
  const { url, headers } = await signUpload(opened, object);
  const answer = await opened.fetch(url, { method: 'PUT', body: object.bytes, headers: { ...headers } });
  expect(answer.status, await answer.text()).toBe(200);
  expect(await opened.store.accept(object)).toBe('accepted');
  return { url };
};

export const download = async (
  opened: OpenedBlobStore,
  object: { readonly objectKey: string },
): Promise<Uint8Array> => {
  const answer = await opened.fetch(await signDownload(opened, object));
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
};

/** Expects an answer of the 4xx kind. */
export const expectRefused = async (answer: Response): Promise<void> => {
  expect(answer.status, await answer.text()).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
};
