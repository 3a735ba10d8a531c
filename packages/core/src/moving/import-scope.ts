import { limits } from '@synckeep/protocol';
import { createObjectKey, isKeyOf } from '../blobs/object-key.js';
import { randomHex } from '../digest.js';
import type {
  BlobStore,
  Import,
  MovedBlob,
  MovedDevice,
  PastKey,
  Random,
  Scope,
  ScopeHead,
  Storage,
} from '../ports/index.js';
import type { MovingCounts } from './counts.js';
import type { Line, LineOf } from './format.js';
import { checkObjects, importBlob } from './import-blob.js';
import { checkHead, createBatchCheck, createChangeCheck, createOrderCheck } from './import-checks.js';
import type { LineReader } from './line-reader.js';
import { MovingError } from './moving-error.js';
import { fromBatchLine, fromChangeLine, fromDeviceLine, fromPastKeyLine, fromScopeLine } from './scope-lines.js';
import { createScopeWriter } from './scope-writer.js';

const rowsPerStep = 200;
const blobsPerCheck = 100;

export interface ScopeImportDeps {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly random: Random;
  readonly reader: LineReader;
  readonly by: Import;
  readonly areBlobsReferenced: boolean;
  /** The scope that takes the place of one of the stream. @throws MovingError when the stream may not hold it */
  readonly toTarget: (scope: Scope) => Promise<Scope>;
  readonly counts: MovingCounts;
}

/** `here`: this import made it visible before. `dropped`: the stream took it back. */
export type ScopeOutcome = 'brought' | 'here' | 'dropped';

/** The parts in the order in which they come, each once. */
const ranks: Partial<Record<Line['type'], number>> = { ended_epoch: 1, change: 2, batch: 3, blob: 4 };

export const createScopeImport = (deps: ScopeImportDeps) => {
  const { storage, blobStore, random, reader, by, areBlobsReferenced, toTarget, counts } = deps;
  const { transfer, blobIndex } = storage;

  const verify = (problem: string | null): void => {
    if (problem !== null) throw reader.refuse(problem);
  };

  /** The head, as it is stored under its account, and the first line behind it. */
  const readHead = async (first: LineOf<'scope'>, isMapped: boolean): Promise<{ head: ScopeHead; line: Line }> => {
    const devices: MovedDevice[] = [];
    const history: PastKey[] = [];
    const read = fromScopeLine(first);
    let line = await reader.next();
    for (; line.type === 'device' || line.type === 'past_key'; line = await reader.next()) {
      if (line.type === 'device') devices.push(fromDeviceLine(line));
      else history.push(fromPastKeyLine(line));
      if (devices.length > limits.devicesPerUser || history.length > limits.keysInHistory) break;
    }
    verify(checkHead({ ...read, devices, history }));
    if (!isMapped) return { head: { ...read, devices, history }, line };
    // Under another account every cursor expires, and no session of the old one says anything.
    const log = { ...read.log, epoch: randomHex(random, 8) };
    return { head: { ...read, log, devices: devices.map((device) => ({ ...device, session: null })), history }, line };
  };

  const drop = async (scope: Scope): Promise<void> => {
    while (!(await transfer.abandon(by.id, scope, rowsPerStep)));
  };

  /** @returns false when this import brought the scope before. @throws MovingError when it cannot come here */
  const begin = async (scope: Scope, head: ScopeHead): Promise<boolean> => {
    for (;;) {
      const state = await transfer.begin(scope, by, head);
      if (state === 'begun') return true;
      if (state === 'done') return false;
      const who = `User ${scope.userId} in app ${scope.appId}`;
      if (state === 'occupied') {
        throw new MovingError(`${who} has something here already. Erase that first, or import under another account.`);
      }
      if (state === 'held') {
        throw new MovingError(
          `${who} is part of another import that is not done. Repeat that one with its own stream, or give it up with "synckeep import --abandon".`,
        );
      }
      await drop(scope);
    }
  };

  /** @returns false when the stream took it back. */
  const bring = async (scope: Scope, head: ScopeHead, source: Scope, first: Line): Promise<boolean> => {
    const before = { ...counts };
    const writer = createScopeWriter(transfer, scope, by);
    const changes = createChangeCheck(head);
    const checkBatch = createBatchCheck(head);
    const [checkEpoch, checkHash] = [createOrderCheck(), createOrderCheck()];
    const seen = { changes: 0, batches: 0, blobs: 0 };
    let referenced: MovedBlob[] = [];
    let rank = 0;

    const flushReferenced = async (): Promise<void> => {
      await checkObjects(referenced, blobStore, blobIndex.known);
      for (const blob of referenced) await writer.add('blob', blob);
      referenced = [];
    };

    const addBlob = async ({ hash, size_bytes: sizeBytes, object_key: objectKey }: LineOf<'blob'>): Promise<void> => {
      verify(checkHash(hash));
      const isGood = areBlobsReferenced
        ? objectKey !== undefined && isKeyOf(objectKey, source, hash)
        : objectKey === undefined;
      if (!isGood) throw reader.refuse('has another object than its stream can have');
      if (objectKey !== undefined) {
        referenced.push({ hash, sizeBytes, objectKey });
        counts.blobBytes += sizeBytes;
        if (referenced.length >= blobsPerCheck) await flushReferenced();
      } else {
        const blob = { hash, sizeBytes, objectKey: createObjectKey(scope, hash, random) };
        // The row first, so that no sweep takes the object for one that nobody needs.
        await writer.add('blob', blob);
        await writer.flush();
        await importBlob(blob, reader, blobStore, (count) => {
          counts.blobBytes += count;
        });
      }
      counts.blobs += 1;
      seen.blobs += 1;
    };

    const addChange = async (line: LineOf<'change'>): Promise<void> => {
      const change = fromChangeLine(line);
      verify(changes.check(change));
      await writer.add('change', change, (change.data?.length ?? 0) + (change.replaced?.data.length ?? 0));
      counts.changes += 1;
      seen.changes += 1;
    };

    for (let line = first; ; line = await reader.next()) {
      const next = ranks[line.type] ?? rank;
      if (next < rank) throw reader.refuse('comes after the parts of its scope that it should come before');
      rank = next;
      switch (line.type) {
        case 'ended_epoch':
          verify(checkEpoch(line.epoch));
          await writer.add('endedEpoch', { epoch: line.epoch });
          break;
        case 'change':
          await addChange(line);
          break;
        case 'batch': {
          const batch = fromBatchLine(line);
          verify(checkBatch(batch));
          await writer.add('batch', batch);
          seen.batches += 1;
          break;
        }
        case 'blob':
          await addBlob(line);
          break;
        case 'scope_dropped':
          await drop(scope);
          Object.assign(counts, before);
          return false;
        case 'scope_end': {
          const isWhole = (['changes', 'batches', 'blobs'] as const).every((part) => line[part] === seen[part]);
          verify(isWhole ? changes.end() : 'ends a scope of which not everything came');
          await flushReferenced();
          await writer.seal();
          return true;
        }
        default:
          throw reader.refuse('is no part of the scope that came before it');
      }
    }
  };

  /** @returns whether the scope is here after all. */
  const skip = async (scope: Scope, first: Line): Promise<ScopeOutcome> => {
    let line = first;
    for (; line.type !== 'scope_end' && line.type !== 'scope_dropped'; line = await reader.next()) {
      if (line.type === 'end') throw reader.refuse('ends the stream within a scope');
    }
    if (line.type === 'scope_dropped') return 'dropped';
    // What an earlier try sealed still waits to be published; what can be seen is done.
    return (await transfer.head(scope)) === null ? 'brought' : 'here';
  };

  /** Brings one scope, out of everybody's sight, unless an earlier try of this import did. */
  return async (first: LineOf<'scope'>): Promise<ScopeOutcome> => {
    const source = { appId: first.app_id, userId: first.user_id };
    const scope = await toTarget(source);
    const isMapped = scope.appId !== source.appId || scope.userId !== source.userId;
    const { head, line } = await readHead(first, isMapped);
    if (!(await begin(scope, head))) return skip(scope, line);
    return (await bring(scope, head, source, line)) ? 'brought' : 'dropped';
  };
};
