import type { Digest } from '../blobs/verified-chunks.js';
import { byteLength } from '../memory/text-bytes.js';
import { checkHead, createBatchCheck, createChangeCheck, createOrderCheck } from '../moving/import-checks.js';
import type { MovedObject } from '../moving/object-lines.js';
import type { BlobStore, Log, Scope, ScopeHead, ScopePart, ScopeParts, Storage } from '../ports/index.js';

const page = { limit: 500, maxBytes: 4 * 1024 * 1024 };
const attempts = 5;
/** After every reservation, so that none counts. */
const endOfTime = Number.MAX_SAFE_INTEGER;

export interface VerifiedCounts {
  scopes: number;
  changes: number;
  batches: number;
  blobs: number;
  records: number;
}

export interface ScopeVerificationDeps {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly readsBlobs: boolean;
  /** A new SHA-256. */
  readonly sha256: () => Digest;
  readonly log: Log;
  readonly counts: VerifiedCounts;
  readonly onProblem: (sentence: string) => void;
  readonly onProgress: () => void;
}

/** What was read is not of one moment. */
class LogChanged extends Error {}

export const createScopeVerification = (deps: ScopeVerificationDeps) => {
  const { storage, blobStore, readsBlobs, sha256, log, counts, onProblem, onProgress } = deps;
  const { transfer, changeLog, blobIndex } = storage;

  /** Nothing but appends came between two looks that agree in these. @throws LogChanged */
  const stay = async (scope: Scope, before: ScopeHead): Promise<ScopeHead> => {
    const now = await transfer.head(scope);
    const isSame =
      now !== null &&
      now.log.epoch === before.log.epoch &&
      now.log.floor === before.log.floor &&
      now.compacted === before.compacted &&
      now.keyRevision === before.keyRevision;
    if (!isSame) throw new LogChanged();
    return now;
  };

  async function* itemsOf<P extends ScopePart>(scope: Scope, part: P): AsyncGenerator<ScopeParts[P]> {
    for (let after: ScopeParts[P] | null = null; ; ) {
      const items: readonly ScopeParts[P][] = await transfer.read(scope, part, { after, ...page });
      yield* items;
      after = items.at(-1) ?? null;
      if (after === null) return;
    }
  }

  /** @returns what is wrong; null for nothing. */
  const findFault = async ({ objectKey, sizeBytes, hash }: MovedObject): Promise<string | null> => {
    // A size that no object has, so that none is read to tell its hash.
    const stored = await blobStore.inspect(objectKey, -1);
    if (!stored) return 'is not in the blob store';
    if (stored.sizeBytes !== sizeBytes)
      return `has ${stored.sizeBytes} bytes in the blob store in place of ${sizeBytes}`;
    if (!readsBlobs) return null;
    const chunks = await blobStore.read(objectKey);
    if (!chunks) return 'is not in the blob store';
    const sum = sha256();
    for await (const chunk of chunks) sum.update(chunk);
    return sum.digest('hex') === hash ? null : 'is damaged: its bytes are not those of its hash';
  };

  const verifyBlobs = async (scope: Scope, whose: string): Promise<number> => {
    const order = createOrderCheck();
    let bytes = 0;
    for await (const blob of itemsOf(scope, 'blob')) {
      counts.blobs += 1;
      onProgress();
      bytes += blob.sizeBytes;
      if (order(blob.hash) !== null) onProblem(`The blob ${blob.hash} ${whose} stands in the index twice.`);
      const fault = await findFault(blob);
      // Unless it was removed since.
      if (fault !== null && (await blobIndex.get(scope, blob.hash))?.objectKey === blob.objectKey)
        onProblem(`The blob ${blob.hash} ${whose} ${fault}.`);
    }
    return bytes;
  };

  const attempt = async (scope: Scope, head: ScopeHead): Promise<void> => {
    const whose = `of user ${scope.userId} in app ${scope.appId}`;
    const problems: string[] = [];
    const note = (what: string, problem: string | null): void => {
      if (problem !== null) problems.push(`${what} ${whose} ${problem}.`);
    };
    note('The head of the log', checkHead(head)?.replace(/^ends /, 'has ') ?? null);

    const changes = createChangeCheck(head);
    let [count, bytes] = [0, 0];
    for await (const change of itemsOf(scope, 'change')) {
      if (change.position > head.log.position) break;
      count += 1;
      bytes += byteLength(change.data);
      onProgress();
      note(`The change ${change.position}`, changes.check(change));
    }
    note('The log', changes.end()?.replace(/^ends /, 'is ') ?? null);

    const checkBatch = createBatchCheck(head);
    const devices = new Set(head.devices.map(({ id }) => id));
    let batches = 0;
    for await (const batch of itemsOf(scope, 'batch')) {
      // Of a device that came, or a push that was made, since.
      if (batch.position > head.log.position || !devices.has(batch.deviceId)) continue;
      batches += 1;
      note(`The batch ${batch.batchId}`, checkBatch(batch));
    }
    const now = await stay(scope, head);

    const blobBytes = await verifyBlobs(scope, whose);
    const { bytesUsed, totalChanges, head: after } = await changeLog.status(scope, endOfTime);
    // While something is written, or a rotation replaces texts, the counters move on.
    const isStill =
      now.log.position === head.log.position && after.position === head.log.position && head.rotation === null;
    if (isStill && totalChanges !== count) note('The log', `counts ${totalChanges} changes and has ${count}`);
    if (isStill && bytesUsed !== bytes + blobBytes) {
      // A blob may have come or gone meanwhile.
      let again = 0;
      for await (const blob of itemsOf(scope, 'blob')) again += blob.sizeBytes;
      if (again === blobBytes) note('The log', `counts ${bytesUsed} bytes and has ${bytes + blobBytes}`);
    }
    await stay(scope, head);
    for (const problem of problems) onProblem(problem);
    counts.scopes += 1;
    counts.changes += count;
    counts.batches += batches;
  };

  return {
    /** @returns false when there is no such log (any more), or an import still brings it. */
    async verifyScope(scope: Scope): Promise<boolean> {
      for (let tries = 1; tries <= attempts; tries++) {
        const head = await transfer.head(scope);
        if (head === null) return false;
        try {
          await attempt(scope, head);
          return true;
        } catch (error) {
          if (!(error instanceof LogChanged)) throw error;
        }
      }
      log.warn({ ...scope }, 'A log changes so often that it could not be verified.');
      return true;
    },

    async verifyObject(object: MovedObject): Promise<void> {
      const fault = await findFault(object);
      counts.blobs += 1;
      if (fault !== null) onProblem(`The artifact ${object.objectKey} of a release ${fault}.`);
    },
  };
};
