import { expect } from 'vitest';
import type { SampleObject } from '../contracts/blob-store/sample-object.js';
import { type FullScope, openFullScope, readPart, readScope } from '../contracts/transfer/samples.js';
import { addApp, addBlob, type MovingEnd } from './moving-ends.js';

export interface FullAccount extends FullScope {
  readonly blobs: readonly SampleObject[];
}

/** A scope with something of everything and with the bytes of its blobs, in an app that both ends have. */
export const openFullAccount = async (from: MovingEnd, to: MovingEnd): Promise<FullAccount> => {
  const { storage } = from;
  const full = await openFullScope({ storage, other: storage });
  const { scope } = full;
  for (const { hash } of await readPart(storage, scope, 'blob')) await storage.blobIndex.remove(scope, hash);
  await addApp(from, scope.appId);
  await addApp(to, scope.appId);
  const blobs = [await addBlob(from, scope, 1), await addBlob(from, scope, 120_000), await addBlob(from, scope, 1000)];
  return { ...full, blobs };
};

/** A scope without the names of its objects, which are new in every place. */
export const readMoved = async ({ storage }: MovingEnd, scope: FullScope['scope']) => {
  const { blob, ...rest } = await readScope(storage, scope);
  return { ...rest, blob: blob.map(({ hash, sizeBytes }) => ({ hash, sizeBytes })) };
};

/** Expects that a place has nothing of a scope, not even out of sight, and that no import is under way there. */
export const expectNothing = async ({ storage }: MovingEnd, scope: FullScope['scope']): Promise<void> => {
  expect(await storage.scopes(scope, null, 10)).toEqual([]);
  const records = await storage.records.all({ kind: 'import', key: '' }, 1000);
  expect(records.filter(({ kind }) => kind === 'import' || kind === 'staged')).toEqual([]);
};
