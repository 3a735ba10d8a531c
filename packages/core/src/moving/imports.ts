import type { z } from 'zod';
import type { Clock, RecordName, Storage } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { importKind, stagedKind } from './import-kinds.js';

const page = 100;
const rowsPerStep = 200;

export interface UnfinishedImport {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

export interface StagedRecord {
  /** Its own; that of the record is in it. */
  readonly key: string;
  readonly record: z.infer<typeof stagedKind.schema>;
}

/** The imports that were begun and are neither done nor given up. */
export const createImports = ({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }) => {
  const { records, transfer } = storage;
  const imports = createCollection(records, clock, importKind);
  const stagedRecords = createCollection(records, clock, stagedKind);

  /** Pages of the records that an import has staged, in the order in which they are to be made. */
  async function* staged(importId: string): AsyncGenerator<readonly StagedRecord[]> {
    const prefix = `${importId}/`;
    for (let after: RecordName = { kind: stagedKind.name, key: prefix }; ; ) {
      const found = await records.all(after, page);
      const own = found.filter(({ kind, key }) => kind === stagedKind.name && key.startsWith(prefix));
      if (own.length > 0) yield own.map(({ key, value }) => ({ key, record: stagedKind.schema.parse(value) }));
      const last = own.at(-1);
      if (!last || own.length < page) return;
      after = last;
    }
  }

  const end = async (importId: string): Promise<void> => {
    await records.transact([imports.delete(importId)], clock.now());
  };

  return {
    staged,
    stagedRecords,
    end,

    async begin(importId: string, exportId: string): Promise<void> {
      await records.transact([imports.put(importId, { exportId, begunAt: clock.now() })], clock.now());
    },

    async unfinished(limit = page): Promise<readonly UnfinishedImport[]> {
      const found = await imports.find('all', '', { after: null, limit });
      return found.map(({ key, value }) => ({ id: key, begunAt: value.begunAt }));
    },

    /** Removes whatever the import brought that is not published. Goes on where it stopped when it is called again. */
    async abandon(importId: string): Promise<void> {
      while (!(await transfer.abandon(importId, null, rowsPerStep)));
      for await (const found of staged(importId)) {
        await records.transact(
          found.map(({ key }) => stagedRecords.delete(key)),
          clock.now(),
        );
      }
      await end(importId);
    },
  };
};

export type Imports = ReturnType<typeof createImports>;

/**
 * Gives up every import that was begun on this storage and is not done, also one that is under way.
 * @returns how many there were.
 */
export const abandonImports = async (deps: { readonly storage: Storage; readonly clock: Clock }): Promise<number> => {
  const imports = createImports(deps);
  let count = 0;
  for (;;) {
    const [found] = await imports.unfinished(1);
    if (!found) return count;
    await imports.abandon(found.id);
    count += 1;
  }
};
