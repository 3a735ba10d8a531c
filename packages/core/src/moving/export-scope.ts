import type { Place } from '@synckeep/protocol';
import type { BlobStore, Log, MovedBlob, Scope, ScopeHead, ScopePart, ScopeParts, Storage } from '../ports/index.js';
import type { MovingCounts } from './counts.js';
import { checkCut, cutHead } from './cut-log.js';
import type { Line } from './format.js';
import { MovingError } from './moving-error.js';
import { isStored, objectLines } from './object-lines.js';
import { toBatchLine, toBlobLine, toChangeLine, toDeviceLine, toPastKeyLine, toScopeLine } from './scope-lines.js';

const page = { limit: 200, maxBytes: 4 * 1024 * 1024 };
const attempts = 10;

export interface ScopeExportDeps {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly log: Log;
  readonly areBlobsReferenced: boolean;
  readonly counts: ExportCounts;
  /** The log as it was at this place; null: as it is. */
  readonly until: Place | null;
}

export interface ExportCounts extends MovingCounts {
  /** Blobs that the index has and the blob store has not; they are left out. */
  lostBlobs: number;
}

/** What is read is no longer of the moment of its head. */
class LogChanged extends Error {}

export const createScopeExport = (deps: ScopeExportDeps) => {
  const { storage, blobStore, log, areBlobsReferenced, counts, until } = deps;
  const { transfer, blobIndex, changeLog } = storage;

  /**
   * Nothing but appends and batches of one rotation comes between two looks at a log that agree in these, so what was
   * read meanwhile is of one moment. @throws LogChanged
   */
  const verify = async (scope: Scope, { log: before, keyRevision }: ScopeHead): Promise<void> => {
    const [signal] = await changeLog.signals([scope]);
    const isSame = signal?.head.epoch === before.epoch && signal.head.floor === before.floor;
    if (!isSame || signal.keyRevision !== keyRevision) throw new LogChanged();
  };

  /** The pages of a part, each of the moment of the head. */
  async function* pagesOf<P extends ScopePart>(
    scope: Scope,
    head: ScopeHead,
    part: P,
  ): AsyncGenerator<readonly ScopeParts[P][]> {
    for (let after: ScopeParts[P] | null = null; ; ) {
      const items: readonly ScopeParts[P][] = await transfer.read(scope, part, { after, ...page });
      await verify(scope, head);
      yield items;
      after = items.at(-1) ?? null;
      if (after === null) return;
    }
  }

  async function* itemsOf<P extends ScopePart>(scope: Scope, head: ScopeHead, part: P): AsyncGenerator<ScopeParts[P]> {
    for await (const items of pagesOf(scope, head, part)) yield* items;
  }

  /** The blobs that are in the blob store; the others are told of unless somebody removed them meanwhile. */
  async function* storedBlobs(scope: Scope, head: ScopeHead): AsyncGenerator<MovedBlob> {
    for await (const blobs of pagesOf(scope, head, 'blob')) {
      const stored = await Promise.all(blobs.map((blob) => isStored(blob, blobStore)));
      for (const [index, blob] of blobs.entries()) {
        if (stored[index]) yield blob;
        else if ((await blobIndex.get(scope, blob.hash))?.objectKey === blob.objectKey) {
          counts.lostBlobs += 1;
          log.warn({ ...scope, hash: blob.hash }, 'A blob is not in the blob store; it is left out of the export.');
        }
      }
    }
  }

  const blobLines = (blob: MovedBlob): AsyncGenerator<Line, boolean> =>
    objectLines(blob, toBlobLine(blob, areBlobsReferenced), { blobStore, areBlobsReferenced, counts });

  /** One try. The head says which moment it stands for; later appends are left out. */
  async function* attempt(scope: Scope, head: ScopeHead): AsyncGenerator<Line> {
    const { position: end } = head.log;
    const devices = new Set(head.devices.map(({ id }) => id));
    let [changes, batches, blobs] = [0, 0, 0];
    yield toScopeLine(scope, head);
    for (const device of head.devices) yield toDeviceLine(device);
    for (const key of head.history) yield toPastKeyLine(key);
    for await (const { epoch } of itemsOf(scope, head, 'endedEpoch')) yield { type: 'ended_epoch', epoch };
    for await (const change of itemsOf(scope, head, 'change')) {
      if (change.position > end) break;
      if (until !== null) checkCut(change, head);
      yield toChangeLine(change);
      changes += 1;
      counts.changes += 1;
    }
    for await (const batch of itemsOf(scope, head, 'batch')) {
      if (batch.position > end || !devices.has(batch.deviceId)) continue;
      yield toBatchLine(batch);
      batches += 1;
    }
    // After the changes, so that every blob that one of them refers to is there unless somebody removed it since.
    for await (const blob of storedBlobs(scope, head)) if (yield* blobLines(blob)) blobs += 1;
    const after = await transfer.head(scope);
    // A scope that is being erased reads as an empty one.
    if (after === null || after.compacted > end || (head.compacted === 0 && after.compacted > 0))
      throw new LogChanged();
    counts.scopes += 1;
    yield { type: 'scope_end', changes, batches, blobs };
  }

  /**
   * A scope as it was at one moment: when its head was read. A rotation that begins or ends, a reset, a new epoch or a
   * compaction meanwhile would make it a mixture of two moments; it is then dropped and read again.
   * @throws MovingError when that does not end
   */
  return async function* exportScope(scope: Scope): AsyncGenerator<Line> {
    for (let tries = 1; tries <= attempts; tries++) {
      const found = await transfer.head(scope);
      if (found === null) return;
      const head = until === null ? found : cutHead(found, until);
      const before = { ...counts };
      try {
        yield* attempt(scope, head);
        return;
      } catch (error) {
        if (!(error instanceof LogChanged)) throw error;
        Object.assign(counts, before);
        yield { type: 'scope_dropped' };
      }
    }
    throw new MovingError(
      `The log of user ${scope.userId} in app ${scope.appId} is rotated or reset again and again. Pause the app and export again.`,
    );
  };
};
