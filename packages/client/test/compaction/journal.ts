import type { NewBatch, Scope, Storage, StoredChange } from '@synckeep/core';
import { type Place, SyncError } from '@synckeep/protocol';

/** The newest state of each row: where in the log it is, and whether it is a deletion. */
export type View = ReadonlyMap<string, { readonly position: number; readonly isDelete: boolean }>;

type Positioned = Pick<StoredChange, 'position' | 'table' | 'rowId' | 'op'>;

interface Entry {
  readonly deviceId: string;
  readonly change: Positioned;
}

/** What a device knows at a place that it was given. */
export interface Known {
  readonly deviceId: string;
  readonly place: Place | null;
  readonly view: View;
}

const textOf = ({ epoch, position, tag, own, floor }: Place): string => `${epoch} ${position} ${tag} ${own} ${floor}`;

const add = (view: View, changes: readonly Positioned[]): View => {
  const next = new Map(view);
  for (const { position, op, table, rowId } of changes) {
    const key = `${table}/${rowId}`;
    if ((next.get(key)?.position ?? 0) < position) next.set(key, { position, isDelete: op === 'delete' });
  }
  return next;
};

/** The position of each row that is there. */
export const liveRows = (view: View): readonly (readonly [string, number])[] =>
  [...view].flatMap(([key, { position, isDelete }]) => (isDelete ? [] : [[key, position] as const])).sort();

const isPlace = (value: unknown): value is Place => typeof value === 'object' && value !== null && 'epoch' in value;

const page = { limit: 3, maxBytes: 1 << 20, maxScan: 7, isPresented: false };

/**
 * Stands before a storage and writes down every change that was stored: the log as it would be without compaction. It
 * also keeps what each device knows at each place that it was given.
 */
export const createJournal = (storage: Storage) => {
  const entries: Entry[] = [];
  const knownByPlace = new Map<string, Known>();
  const empty: View = new Map();

  /** What a device wrote behind the marker of a place: it need not be told. */
  const written = (by: string, { own }: Place, upTo: number): readonly Positioned[] =>
    entries.flatMap(({ deviceId, change }) =>
      deviceId === by && change.position > own && change.position <= upTo ? [change] : [],
    );

  /** Nobody else may have written a row after what the pusher had applied, or could be told of any more. */
  const checkBase = ({ deviceId: by, base, changes }: NewBatch, upTo: number): void => {
    if (!isPlace(base)) return;
    const missed = entries.filter(
      ({ deviceId, change: { position, table, rowId } }) =>
        deviceId !== by &&
        position > Math.max(base.position, base.floor) &&
        position <= upTo &&
        changes.some((change) => change.table === table && change.rowId === rowId),
    );
    if (missed.length > 0) throw new Error(`A push was taken that missed ${JSON.stringify(missed)}.`);
  };

  const watched: Storage = {
    ...storage,
    changeLog: {
      ...storage.changeLog,
      async append(scope, batch) {
        const result = await storage.changeLog.append(scope, batch);
        if (result.replayed) return result;
        const before = result.position - batch.changes.length;
        checkBase(batch, before);
        for (const [index, { table, rowId, op }] of batch.changes.entries()) {
          entries.push({ deviceId: batch.deviceId, change: { table, rowId, op, position: before + index + 1 } });
        }
        return result;
      },
      async read(scope, query) {
        const read = await storage.changeLog.read(scope, query);
        const { after, deviceId } = query;
        const before = isPlace(after) ? knownByPlace.get(`${deviceId} ${textOf(after)}`)?.view : undefined;
        const view = add(add(before ?? empty, read.changes), written(deviceId, read.next, read.next.position));
        knownByPlace.set(`${deviceId} ${textOf(read.next)}`, { deviceId, place: read.next, view });
        return read;
      },
    },
  };

  return {
    storage: watched,
    /** Every change that was ever stored. */
    changes: (): readonly Positioned[] => entries.map(({ change }) => change),
    /** What the log comes to where nothing is removed. */
    final: (): View =>
      add(
        empty,
        entries.map(({ change }) => change),
      ),
    /** Every place that a device was given. */
    known: (): readonly Known[] => [...knownByPlace.values()],
    /** What a device knows that reads on from a place to the end; null when it is told to start over. */
    async readOn(scope: Scope, { deviceId, place, view }: Known, includeOwn: boolean, now: number) {
      let after = place;
      let known = add(view, includeOwn || !place ? [] : written(deviceId, place, Number.POSITIVE_INFINITY));
      for (let pages = 0; pages < 1_000; pages++) {
        try {
          const read = await storage.changeLog.read(scope, { ...page, deviceId, after, includeOwn, now });
          known = add(known, read.changes);
          after = read.next;
          if (!read.hasMore) return known;
        } catch (error) {
          if (error instanceof SyncError && error.code === 'cursor_expired') return null;
          throw error;
        }
      }
      throw new Error('Reading on does not end.');
    },
  };
};

export type Journal = ReturnType<typeof createJournal>;
