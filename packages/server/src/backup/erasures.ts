import { randomBytes } from 'node:crypto';
import { createPseudonyms, type Records, systemClock, systemRandom } from '@synckeep/core';
import { z } from 'zod';
import { damaged } from './damage.js';
import type { Repository } from './repository.js';

/** Of the core: that a user or an app was erased, under a pseudonym that only this installation can make. */
const erasedKind = 'erased';
const erasedSchema = z.object({ at: z.number() });

export interface Erasure {
  readonly pseudonym: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const lineSchema = z.strictObject({ pseudonym: z.string().regex(/^[0-9a-f]{64}$/), at: z.number() });
const prefix = 'erasures/';
const page = 1_000;

/** The pseudonym of a user or an app. The first call makes the salt of the installation, which every backup must hold. */
export const pseudonymsOf = (records: Records) => createPseudonyms(records, systemClock, systemRandom);

/** Every erasure that a storage knows. */
export async function* erasuresOf(records: Records): AsyncGenerator<Erasure> {
  for (let after = ''; ; ) {
    const found = await records.all({ kind: erasedKind, key: after }, page);
    const own = found.filter(({ kind }) => kind === erasedKind);
    for (const { key, value } of own) yield { pseudonym: key, at: erasedSchema.parse(value).at };
    after = own.at(-1)?.key ?? '';
    if (own.length < page) return;
  }
}

/** Writes erasures beside the backups, in clear: pseudonyms say nothing to whoever does not have the database. */
export const recordErasures = async (repository: Repository, erasures: readonly Erasure[]): Promise<void> => {
  if (erasures.length === 0) return;
  const text = erasures.map((erasure) => `${JSON.stringify(erasure)}\n`).join('');
  const key = `${prefix}${Date.now()}-${randomBytes(8).toString('hex')}`;
  await repository.putClear(key, new TextEncoder().encode(text));
};

/** When the files of erasures were written, in milliseconds since 1970. */
async function* erasureFiles(
  repository: Repository,
): AsyncGenerator<{ readonly key: string; readonly writtenAt: number }> {
  for await (const key of repository.names(prefix)) {
    yield { key, writtenAt: Number(key.slice(prefix.length).split('-')[0]) };
  }
}

/** The last time of each erasure that was recorded. @throws DamageError */
export const recordedErasures = async (repository: Repository): Promise<ReadonlyMap<string, number>> => {
  const known = new Map<string, number>();
  for await (const { key } of erasureFiles(repository)) {
    const text = new TextDecoder().decode(await repository.getClear(key));
    for (const line of text.split('\n').slice(0, -1)) {
      try {
        const { pseudonym, at } = lineSchema.parse(JSON.parse(line));
        known.set(pseudonym, Math.max(at, known.get(pseudonym) ?? 0));
      } catch (error) {
        throw damaged(key, 'is damaged', error);
      }
    }
  }
  return known;
};

/** A day, so that no difference between two clocks matters. */
const margin = 86_400_000;

/** Drops what every kept backup has in its own database. */
export const forgetErasures = async (repository: Repository, oldestTakenAt: number): Promise<number> => {
  let count = 0;
  for await (const { key, writtenAt } of erasureFiles(repository)) {
    if (writtenAt >= oldestTakenAt - margin) continue;
    await repository.delete(key);
    count += 1;
  }
  return count;
};

/** Those of a storage that are not recorded yet, or were made again since. */
export const newErasures = async (
  records: Records,
  recorded: ReadonlyMap<string, number>,
): Promise<readonly Erasure[]> => {
  const fresh: Erasure[] = [];
  for await (const erasure of erasuresOf(records)) {
    if ((recorded.get(erasure.pseudonym) ?? -1) < erasure.at) fresh.push(erasure);
  }
  return fresh;
};
