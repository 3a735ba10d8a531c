import type { BlobStore, ExportOptions, ImportOptions, Scope, Storage } from '@synckeep/core';
import { exportData, type ImportReport, importData } from '@synckeep/core';
import { createMemoryNotifier } from '@synckeep/core/memory';
import { expect } from 'vitest';
import { confirm, newBlob } from '../contracts/blob-samples.js';
import { createObject, type SampleObject } from '../contracts/blob-store/sample-object.js';
import { put } from '../contracts/record-samples.js';
import { now } from '../contracts/samples.js';
import { createSeededRandom } from '../seeded-random.js';
import { createVirtualClock } from '../virtual-clock.js';

/** One server's stores. */
export interface MovingEnd {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
}

/** What an adapter's test file opens: two places that have nothing to do with each other, empty and migrated. */
export interface OpenedMoving {
  readonly from: MovingEnd;
  readonly to: MovingEnd;
  close(): Promise<void>;
}

export type Moving = () => OpenedMoving;

export const clock = createVirtualClock(now);

export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
};

/** In parts that end in the middle of lines, as a pipe brings them. */
export async function* inParts(bytes: Uint8Array, size = 777): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Two exports of the same data with the same seed are the same bytes. */
export const exportOf = (
  { storage, blobStore }: MovingEnd,
  filter: ExportOptions['filter'],
  over: Partial<ExportOptions> = {},
): Promise<Buffer> =>
  collect(exportData({ storage, blobStore, filter, blobs: 'inline', clock, random: createSeededRandom(1), ...over }));

/** An export that no other one is taken for. */
export const freshExportOf = (from: MovingEnd, filter: ExportOptions['filter'], over: Partial<ExportOptions> = {}) =>
  exportOf(from, filter, { random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }, ...over });

export const importInto = (
  { storage, blobStore }: MovingEnd,
  stream: Uint8Array | AsyncIterable<Uint8Array>,
  over: Partial<ImportOptions> = {},
): Promise<ImportReport> =>
  importData({
    ...{ storage, blobStore, clock, notifier: createMemoryNotifier() },
    source: stream instanceof Uint8Array ? inParts(stream) : stream,
    ...over,
  });

export const linesOf = (stream: Buffer): string[] => stream.toString('utf8').split('\n').slice(0, -1);

export const fromLines = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** The record of an app, so that scopes of it can be imported. */
export const addApp = async ({ storage }: MovingEnd, id: string): Promise<void> => {
  const app = {
    ...{ id, name: 'Notes', createdAt: now, keys: [], paused: false, origins: [], redirects: [], link: null },
    ...{
      blobLimit: null,
      bytesLimit: null,
      dialect: 'standard',
      requireBase: false,
      compaction: null,
      collectBlobs: null,
      registration: 'closed',
    },
  };
  await storage.records.transact([put('app', id, { value: app, indexes: { all: [''] } })], now);
};

/** Stores bytes and confirms them as a blob of the scope, as an upload does. */
export const addBlob = async ({ storage, blobStore }: MovingEnd, scope: Scope, size: number): Promise<SampleObject> => {
  const { bytes, hash, sizeBytes } = await createObject(size);
  const objectKey = `${scope.appId}/${scope.userId}/${hash}-${crypto.randomUUID().replaceAll('-', '')}`;
  await blobStore.write({ objectKey, sizeBytes, hash }, inParts(bytes));
  const blob = newBlob({ hash, sizeBytes, objectKey });
  await storage.blobIndex.reserve(scope, blob);
  await confirm(storage, scope, blob);
  return { objectKey, bytes, hash, sizeBytes };
};

/** Expects that a blob of a scope is there, byte for byte. */
export const expectBlob = async (
  { storage, blobStore }: MovingEnd,
  scope: Scope,
  { hash, bytes }: Pick<SampleObject, 'hash' | 'bytes'>,
): Promise<void> => {
  const blob = await storage.blobIndex.get(scope, hash);
  const chunks = blob && (await blobStore.read(blob.objectKey));
  // Not `toEqual`, which takes a second for a mebibyte.
  expect(chunks && (await collect(chunks)).equals(bytes)).toBe(true);
};
