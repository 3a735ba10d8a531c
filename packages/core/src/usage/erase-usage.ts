import type { Clock, Records } from '../ports/index.js';
import { usageKind, userUsageKind } from './kinds.js';

const step = 100;

/** Every row about a user or an app. Call it when the guards of its callers do not hold any more: then no new one comes. */
export const eraseUsage = async (
  what: 'app' | 'user',
  id: string,
  { records, clock }: { readonly records: Records; readonly clock: Clock },
): Promise<void> => {
  for (const { name } of what === 'app' ? [usageKind, userUsageKind] : [userUsageKind]) {
    for (;;) {
      // Not through a collection: it leaves expired ones out, and they name the id too.
      const found = await records.find(name, what, id, { after: null, limit: step });
      if (found.length === 0) break;
      const deletes = found.map(({ key }) => ({ write: 'delete', kind: name, key, condition: 'any' }) as const);
      await records.transact(deletes, clock.now());
    }
  }
};
