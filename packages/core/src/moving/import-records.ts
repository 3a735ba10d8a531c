import type { Clock, Json, RecordPut, Records, ScopeFilter } from '../ports/index.js';
import type { Header, LineOf } from './format.js';
import type { Imports, StagedRecord } from './imports.js';
import type { LineReader } from './line-reader.js';
import type { MovableKind } from './movable-kind.js';
import { MovingError } from './moving-error.js';
import type { MovedObject } from './object-lines.js';

const page = 100;
/** Milliseconds; no stream takes a month. */
const longestTry = 30 * 86_400_000;

export interface RecordImportDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly imports: Imports;
  readonly importId: string;
  readonly kinds: ReadonlyMap<string, MovableKind>;
  readonly reader: LineReader;
  readonly header: Header;
  /** The account that takes the place of the stream's; null: that of the stream. */
  readonly as: ScopeFilter;
}

/** What a record of the stream has in the blob store, and whether it comes with it. */
export interface StagedObjects {
  readonly objects: readonly MovedObject[];
  readonly isKept: boolean;
}

/**
 * Records wait out of sight until the whole stream has come. Apps come last, because without its app's record nobody
 * can do anything in an app.
 */
export const createRecordImport = (deps: RecordImportDeps) => {
  const { records, clock, imports, importId, kinds, reader, header, as } = deps;
  let waiting: RecordPut[] = [];

  /** Whether the stream, being of what it says it is, may bring this record. */
  const isAllowed = ({ moves, index }: MovableKind, { key, indexes }: RecordPut): boolean => {
    const { app_id: appId, user_id: userId } = header;
    const isAbout = (id: string): boolean => (index === null ? key === id : (indexes[index]?.includes(id) ?? false));
    if (userId !== null) return moves === 'user' && isAbout(userId);
    if (appId !== null) return moves === 'user' || (moves === 'app' && isAbout(appId));
    return moves !== 'never';
  };

  /** Under another account the records of that account are those that are here. */
  const isMapped = ({ moves }: MovableKind): boolean =>
    (moves === 'app' && as.appId !== null) || (moves === 'user' && as.userId !== null);

  const isLiving = (expiresAt: number | null): boolean => expiresAt === null || expiresAt > clock.now();

  const taken = (kind: string, name: string): MovingError =>
    new MovingError(
      `Another record of the kind "${kind}" has the same ${name} here. Change that one, or import under its account.`,
    );

  /** @throws MovingError when the record cannot be made beside those that are here. */
  const checkConflicts = async (
    { kind, key, value, unique }: RecordPut,
    { mustBeSame }: MovableKind,
  ): Promise<void> => {
    const present = await records.get(kind, key);
    if (present && isLiving(present.expiresAt)) {
      if (!mustBeSame || JSON.stringify(present.value) === JSON.stringify(value)) return;
      throw new MovingError(
        `This server has a "${kind}" of its own, so a whole server cannot be imported into it. Import into a fresh one, or app by app.`,
      );
    }
    for (const [name, text] of Object.entries(unique)) {
      const found = await records.find(kind, name, text, { after: null, limit: page });
      if (found.some((other) => other.key !== key && isLiving(other.expiresAt))) throw taken(kind, name);
    }
  };

  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await records.transact(waiting, clock.now());
    waiting = [];
  };

  const toPut = (kind: string, key: string, value: Json, expiresAt: number | null) => {
    const movable = kinds.get(kind);
    const put = movable?.toPut(key, value, expiresAt);
    return movable && put ? { movable, put } : null;
  };

  /** @returns whether the record is here now through this import; one that was here already stays. */
  const make = async ({ key: stagedKey, record }: StagedRecord): Promise<boolean> => {
    const found = toPut(record.kind, record.key, record.value, record.expiresAt);
    if (!found) throw new Error(`A staged record of the kind "${record.kind}" cannot be made.`);
    const remove = imports.stagedRecords.delete(stagedKey);
    if (!isLiving(record.expiresAt)) {
      await records.transact([remove], clock.now());
      return false;
    }
    const made = await records.transact([found.put, remove], clock.now());
    if (made.done) return true;
    if (made.reason === 'unique') throw taken(record.kind, Object.keys(found.put.unique).join(' or '));
    await records.transact([remove], clock.now());
    return false;
  };

  return {
    /** Checks a record and puts it where nobody looks. @throws MovingError */
    async stage({ kind, key, value, expires_at: expiresAt }: LineOf<'record'>): Promise<StagedObjects> {
      const found = toPut(kind, key, value, expiresAt);
      if (!found) throw reader.refuse(`is a record of the kind "${kind}", which this release does not know like this`);
      const { movable, put } = found;
      if (!isAllowed(movable, put)) throw reader.refuse('is a record that is not of what the stream says it holds');
      const objects = movable.objectsOf(put.value);
      if (isMapped(movable) || !isLiving(expiresAt)) return { objects, isKept: false };
      await checkConflicts(put, movable);
      const stagedKey = `${importId}/${movable.moves === 'app' ? 1 : 0}/${kind}/${key}`;
      const staged = { kind, key, value: put.value, expiresAt };
      // Should this try be given up in the middle, the sweep finds what it wrote afterwards.
      waiting.push(imports.stagedRecords.put(stagedKey, staged, { expiresAt: clock.now() + longestTry }));
      if (waiting.length >= page) await flush();
      return { objects, isKept: true };
    },

    flush,

    /** Makes what was staged. Goes on where it stopped when it is called again. @returns how many records are new. */
    async publish(): Promise<number> {
      let count = 0;
      for await (const found of imports.staged(importId)) {
        for (const order of ['0', '1']) {
          const some = found.filter(({ key }) => key.startsWith(`${importId}/${order}/`));
          const made = await Promise.all(some.map(make));
          count += made.filter(Boolean).length;
        }
      }
      return count;
    },
  };
};
