import type { Clock, NamedRecord, RecordName, Records } from '../ports/index.js';
import type { LineOf } from './format.js';
import type { MovableKind } from './movable-kind.js';
import { MovingError } from './moving-error.js';

const page = 100;

/** The records of an export, as they are when each is read; expired ones stay behind. */
export const createRecordExport = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly kinds: ReadonlyMap<string, MovableKind>;
}) => {
  const { records, clock, kinds } = deps;

  const toLines = ({ kind, key, value, expiresAt }: NamedRecord): LineOf<'record'>[] => {
    const movable = kinds.get(kind);
    if (!movable) {
      throw new MovingError(
        `There are records of the kind "${kind}", and nothing says how they move. Export with the program that made them.`,
      );
    }
    const isLeft = movable.moves === 'never' || (expiresAt !== null && expiresAt <= clock.now());
    return isLeft ? [] : [{ type: 'record', kind, key, value, expires_at: expiresAt }];
  };

  return {
    /** Every record that moves with the whole server. @throws MovingError for a kind that nobody declared */
    async *all(): AsyncGenerator<LineOf<'record'>> {
      for (let after: RecordName | null = null; ; ) {
        const found: readonly NamedRecord[] = await records.all(after, page);
        for (const record of found) yield* toLines(record);
        after = found.at(-1) ?? null;
        if (after === null) return;
      }
    },

    /** The records that are about one app or one user. */
    async *about(moves: 'app' | 'user', id: string): AsyncGenerator<LineOf<'record'>> {
      for (const kind of kinds.values()) {
        if (kind.moves !== moves) continue;
        const record = await records.get(kind.name, id);
        if (record) yield* toLines({ ...record, kind: kind.name });
      }
    },
  };
};
