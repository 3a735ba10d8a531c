import type { Import, PartQuery, Scope, ScopeHead, ScopePart, ScopeParts, Storage } from '@synckeep/core';
import { confirm, reserve } from '../blob-samples.js';
import { beginRotation, putKey, rotate } from '../key-samples.js';
import type { OpenedStorage } from '../opened-storage.js';
import { openPair, type Pair } from '../pair.js';
import { createEpoch, createTag, newChange, now, register } from '../samples.js';

export const createImport = (): Import => ({ id: crypto.randomUUID(), run: crypto.randomUUID() });

export const partNames = ['endedEpoch', 'change', 'batch', 'blob'] as const satisfies readonly ScopePart[];

/** Every item of a part, read in pages. */
export const readPart = async <P extends ScopePart>(
  { transfer }: Storage,
  scope: Scope,
  part: P,
  { limit = 500, maxBytes = 1_000_000 }: Partial<PartQuery<P>> = {},
): Promise<ScopeParts[P][]> => {
  const items: ScopeParts[P][] = [];
  for (;;) {
    const page = await transfer.read(scope, part, { after: items.at(-1) ?? null, limit, maxBytes });
    if (page.length === 0) return items;
    items.push(...page);
  }
};

/** The whole of a scope; null where there is none. */
export const readScope = async (storage: Storage, scope: Scope) => ({
  head: await storage.transfer.head(scope),
  endedEpoch: await readPart(storage, scope, 'endedEpoch'),
  change: await readPart(storage, scope, 'change'),
  batch: await readPart(storage, scope, 'batch'),
  blob: await readPart(storage, scope, 'blob'),
});

export type WholeScope = Awaited<ReturnType<typeof readScope>>;

export const emptyHead = (over: Partial<ScopeHead> = {}): ScopeHead => ({
  log: { epoch: createEpoch(), position: 0, tag: 0, floor: 0 },
  compacted: 0,
  key: null,
  rotation: null,
  history: [],
  lastKeyVersion: 0,
  keyRevision: 0,
  wasRotated: false,
  devices: [],
  ...over,
});

/** The same scope as it comes to another place of one store, where no two blobs may share an object. */
export const withOtherObjects = (whole: WholeScope): WholeScope => ({
  ...whole,
  blob: whole.blob.map((blob) => ({ ...blob, objectKey: `${blob.objectKey}/${crypto.randomUUID()}` })),
});

const headOf = ({ head }: WholeScope): ScopeHead => {
  if (!head) throw new Error('There is no scope to bring.');
  return head;
};

/** Brings a scope for an import, in small steps, and seals it. */
export const bring = async (storage: Storage, scope: Scope, by: Import, whole: WholeScope): Promise<void> => {
  const { transfer } = storage;
  const begun = await transfer.begin(scope, by, headOf(whole));
  if (begun !== 'begun') throw new Error(`The scope could not be begun: ${begun}.`);
  const write = async <P extends ScopePart>(part: P, items: readonly ScopeParts[P][]): Promise<void> => {
    for (let at = 0; at < items.length; at += 2) {
      if (!(await transfer.write(scope, by, part, items.slice(at, at + 2)))) throw new Error('The scope is lost.');
    }
  };
  await write('endedEpoch', whole.endedEpoch);
  await write('change', whole.change);
  await write('batch', whole.batch);
  await write('blob', whole.blob);
  if (!(await transfer.seal(scope, by))) throw new Error('The scope is lost.');
};

export const publishAll = async ({ transfer }: Storage, importId: string, limit = 10): Promise<number> => {
  for (let step = 1; step <= 100; step++) if (await transfer.publish(importId, limit)) return step;
  throw new Error('the publishing does not end');
};

export const abandonAll = async (
  { transfer }: Storage,
  importId: string,
  scope: Scope | null,
  limit = 100,
): Promise<number> => {
  for (let step = 1; step <= 1000; step++) if (await transfer.abandon(importId, scope, limit)) return step;
  throw new Error('the abandoning does not end');
};

export interface FullScope extends Pair {
  /** A device that was removed and wrote position 3. */
  readonly removed: string;
  readonly batchIds: readonly string[];
}

/**
 * A scope with something of everything: two devices and a removed one, a log after a reset, batches, a presented place,
 * envelopes, past ones, a rotation that has come to one entry and declared another unreadable, a confirmed blob, an
 * open reservation.
 */
export const openFullScope = async (opened: Pick<OpenedStorage, 'storage' | 'other'>): Promise<FullScope> => {
  const pair = await openPair(opened);
  const { storage, scope, a, b, push, read } = pair;
  await push(a, ['before the reset']);
  await storage.changeLog.reset(scope, createEpoch(), now);
  await register(storage, scope, { installationId: 'installation', name: 'installed', platform: 'web', session: 's' });
  await putKey(storage, scope);
  await putKey(storage, scope, { now: now + 1 });
  const { id: removed } = await register(storage, scope);
  const batchIds = [crypto.randomUUID(), crypto.randomUUID()];
  const changes = [
    newChange('1', { data: 'häßlich \u{1F600}\n', timestamp: '2026-03-13T10:05:00.000000001+01:00' }),
    newChange('2', { op: 'delete', data: null }),
  ];
  await push(a, changes, { batchId: batchIds[0] ?? null, tag: createTag() });
  await push(removed, ['3']);
  await storage.deviceStore.remove(scope, removed);
  await push(b, [newChange('4', { op: 'update', blobs: [] }), newChange('5', { blobs: ['ab'.repeat(32)] })], {
    batchId: batchIds[1] ?? null,
  });
  await push(b, [], { batchId: 'empty' });
  const page = await read(b);
  await read(b, { after: page.next });
  await beginRotation(storage, scope);
  await rotate(storage, scope, [1]);
  const unreadable = [{ position: 4, data: null }];
  await storage.keyStore.rotate(scope, { entries: unreadable, keyVersion: null, bytesLimit: null, now });
  await push(a, ['6'], { keyVersion: 2, batchId: null });
  await confirm(storage, scope, await reserve(storage, scope));
  await confirm(storage, scope, await reserve(storage, scope, { sizeBytes: 70 }));
  await reserve(storage, scope, { sizeBytes: 1_000_000, expiresAt: now });
  return { ...pair, removed, batchIds };
};
