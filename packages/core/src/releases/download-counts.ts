import { limits } from '@synckeep/protocol';
import type { Clock, Log, Records } from '../ports/index.js';
import { createCollection, type Found } from '../records/collection.js';
import { findAll } from './find-all.js';
import { isOf, type Platform, type Release, releaseKind } from './release.js';
import { downloadsKind } from './small-kinds.js';

const flushAfter = 10_000;

interface Day {
  readonly appId: string;
  readonly releaseId: string;
  readonly date: string;
  readonly counts: readonly (Platform & { readonly downloads: number })[];
}

const add = (counts: Day['counts'], more: Day['counts']): Day['counts'] =>
  more.reduce<Day['counts']>((sum, one) => {
    const before = sum.find(isOf(one))?.downloads ?? 0;
    return [...sum.filter((each) => !isOf(one)(each)), { ...one, downloads: before + one.downloads }];
  }, counts);

/**
 * Counts downloads by release and day, without a trace of who (P-147). What was counted in the last seconds is in
 * memory and written together, so that an anonymous request costs no write; a crash loses it.
 */
export const createDownloadCounts = (deps: { readonly records: Records; readonly clock: Clock; readonly log: Log }) => {
  const { records, clock, log } = deps;
  const days = createCollection(records, clock, downloadsKind);
  const releases = createCollection(records, clock, releaseKind);
  let waiting = new Map<string, Day>();
  let cancel: (() => void) | undefined;

  const keep = (key: string, day: Day): void => {
    const before = waiting.get(key);
    waiting.set(key, { ...day, counts: add(before?.counts ?? [], day.counts) });
    cancel ??= clock.after(flushAfter, () => void flush());
  };

  const write = async (key: string, day: Day): Promise<void> => {
    for (;;) {
      const found: Found<Day> | null = await days.get(key);
      const value = { ...day, counts: [...add(found?.value.counts ?? [], day.counts)] };
      const expiresAt = found?.expiresAt ?? clock.now() + limits.downloadCountLifetime * 1000;
      const put = days.put(key, value, { condition: found?.version ?? 'absent', expiresAt });
      const result = await records.transact([releases.check(day.releaseId, 'present'), put], clock.now());
      // Without its release nobody asks for the counts.
      if (result.done || result.failed === 0) return;
    }
  };

  const flush = async (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    const taken = waiting;
    waiting = new Map();
    for (const [key, day] of taken) {
      try {
        await write(key, day);
      } catch (fault) {
        log.warn({ err: fault }, 'Downloads could not be counted; it will be tried again.');
        keep(key, day);
      }
    }
  };

  return {
    count({ id, appId }: Release, { target, arch }: Platform): void {
      const date = new Date(clock.now()).toISOString().slice(0, 10);
      keep(`${id}/${date}`, { appId, releaseId: id, date, counts: [{ target, arch, downloads: 1 }] });
    },

    /** Everything that was counted, also what is not yet written here. */
    async of(releaseId: string): Promise<readonly Day[]> {
      await flush();
      return (await findAll(days, 'release', releaseId)).map(({ value }) => value);
    },

    /** Removes the counts of a release. */
    async remove(releaseId: string): Promise<void> {
      const found = await findAll(days, 'release', releaseId);
      for (const { key } of found) await records.transact([days.delete(key)], clock.now());
    },

    /** Writes what is in memory; nothing runs afterwards. */
    async stop(): Promise<void> {
      await flush();
      cancel?.();
    },
  };
};

export type DownloadCounts = ReturnType<typeof createDownloadCounts>;
