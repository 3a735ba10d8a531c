import type { Clock, Log, NamedRecord, RecordName, Records, StoredRecord } from '../ports/index.js';
import type { ExportCounts } from './export-scope.js';
import type { Line, LineOf } from './format.js';
import type { MovableKind } from './movable-kind.js';
import { MovingError } from './moving-error.js';
import { isStored, type ObjectLinesDeps, objectLines } from './object-lines.js';

const page = 100;

interface RecordExportDeps extends ObjectLinesDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  readonly kinds: ReadonlyMap<string, MovableKind>;
  readonly counts: ExportCounts;
}

/** The records of an export with what they have in the blob store, as they are when each is read; expired ones stay behind. */
export const createRecordExport = (deps: RecordExportDeps) => {
  const { records, clock, log, kinds, counts, blobStore } = deps;

  async function* objectsOf(movable: MovableKind, { key, value }: NamedRecord): AsyncGenerator<Line> {
    for (const object of movable.objectsOf(value)) {
      const { objectKey, sizeBytes, hash } = object;
      const head: Line = { type: 'object', object_key: objectKey, hash, size_bytes: sizeBytes };
      if ((await isStored(object, blobStore)) && (yield* objectLines(object, head, deps))) continue;
      counts.lostBlobs += 1;
      log.warn({ kind: movable.name, key, objectKey }, 'A record has an object that is not in the blob store.');
    }
  }

  async function* toLines(record: NamedRecord): AsyncGenerator<Line> {
    const { kind, key, value, expiresAt } = record;
    const movable = kinds.get(kind);
    if (!movable) {
      throw new MovingError(
        `There are records of the kind "${kind}", and nothing says how they move. Export with the program that made them.`,
      );
    }
    if (movable.moves === 'never' || (expiresAt !== null && expiresAt <= clock.now())) return;
    const line: LineOf<'record'> = { type: 'record', kind, key, value, expires_at: expiresAt };
    yield line;
    yield* objectsOf(movable, record);
  }

  async function* ofKind({ name, index }: MovableKind, id: string): AsyncGenerator<StoredRecord> {
    if (index === null) {
      const record = await records.get(name, id);
      if (record) yield record;
      return;
    }
    for (let after: string | null = null; ; ) {
      const found: readonly StoredRecord[] = await records.find(name, index, id, { after, limit: page });
      yield* found;
      after = found.at(-1)?.key ?? null;
      if (after === null) return;
    }
  }

  return {
    /** Every record that moves with the whole server. @throws MovingError for a kind that nobody declared */
    async *all(): AsyncGenerator<Line> {
      for (let after: RecordName | null = null; ; ) {
        const found: readonly NamedRecord[] = await records.all(after, page);
        for (const record of found) yield* toLines(record);
        after = found.at(-1) ?? null;
        if (after === null) return;
      }
    },

    /** The records that are about one app or one user. */
    async *about(moves: 'app' | 'user', id: string): AsyncGenerator<Line> {
      for (const kind of kinds.values()) {
        if (kind.moves !== moves) continue;
        for await (const record of ofKind(kind, id)) yield* toLines({ ...record, kind: kind.name });
      }
    },
  };
};
