import type { NamedRecord, Records } from '@synckeep/core';
import type { Composition } from '../compose.js';
import { erasuresOf, pseudonymsOf, recordedErasures } from './erasures.js';
import type { Repository } from './repository.js';

const page = 500;

async function* keysOf(records: Records, kind: string): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const found: readonly NamedRecord[] = await records.all({ kind, key: after }, page);
    const own = found.filter((record) => record.kind === kind);
    for (const { key } of own) yield key;
    after = own.at(-1)?.key ?? '';
    if (own.length < page) return;
  }
}

/** Those of `kind` whose pseudonym is among the erased ones. */
const findErased = async (records: Records, kind: string, pending: ReadonlySet<string>): Promise<readonly string[]> => {
  const pseudonyms = pseudonymsOf(records);
  const found: string[] = [];
  for await (const key of keysOf(records, kind)) if (pending.has(await pseudonyms(key))) found.push(key);
  return found;
};

/**
 * Erases again who was erased after the backup that was just restored: whoever is recorded beside the backups and has
 * no mark as new as that in the database.
 */
export const applyErasures = async (
  { storage, eraseUser, eraseApp }: Pick<Composition, 'storage' | 'eraseUser' | 'eraseApp'>,
  repository: Repository,
): Promise<{ readonly users: number; readonly apps: number }> => {
  const { records } = storage;
  const recorded = new Map(await recordedErasures(repository));
  for await (const { pseudonym, at } of erasuresOf(records)) {
    if ((recorded.get(pseudonym) ?? Number.POSITIVE_INFINITY) <= at) recorded.delete(pseudonym);
  }
  if (recorded.size === 0) return { users: 0, apps: 0 };
  const pending = new Set(recorded.keys());
  const users = await findErased(records, 'user', pending);
  const apps = await findErased(records, 'app', pending);
  for (const id of users) await eraseUser(id);
  for (const id of apps) await eraseApp(id);
  return { users: users.length, apps: apps.length };
};
