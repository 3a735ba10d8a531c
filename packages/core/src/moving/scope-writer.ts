import type { Import, Scope, ScopePart, ScopeParts, Transfer } from '../ports/index.js';
import { TakenOverError } from './moving-error.js';

/** A step holds up everybody else on SQLite. */
const itemsPerStep = 200;
const charactersPerStep = 1024 * 1024;

/** Brings items of one scope in bounded steps. Throws TakenOverError as soon as the scope is not held any more. */
export const createScopeWriter = (transfer: Transfer, scope: Scope, by: Import) => {
  const waiting: { readonly [P in ScopePart]: ScopeParts[P][] } = { endedEpoch: [], change: [], batch: [], blob: [] };
  let count = 0;
  let characters = 0;

  const write = async <P extends ScopePart>(part: P): Promise<void> => {
    const items = waiting[part].splice(0);
    if (items.length > 0 && !(await transfer.write(scope, by, part, items))) throw new TakenOverError(scope);
  };

  const flush = async (): Promise<void> => {
    await write('endedEpoch');
    await write('change');
    await write('batch');
    await write('blob');
    count = 0;
    characters = 0;
  };

  return {
    flush,

    async add<P extends ScopePart>(part: P, item: ScopeParts[P], length = 0): Promise<void> {
      waiting[part].push(item);
      count += 1;
      characters += length;
      if (count >= itemsPerStep || characters >= charactersPerStep) await flush();
    },

    async seal(): Promise<void> {
      await flush();
      if (!(await transfer.seal(scope, by))) throw new TakenOverError(scope);
    },
  };
};
