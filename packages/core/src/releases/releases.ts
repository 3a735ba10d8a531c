import { limits, SyncError } from '@synckeep/protocol';
import type { Clock, Records } from '../ports/index.js';
import { createCollection, type Found } from '../records/collection.js';
import { findAll } from './find-all.js';
import type { Publisher } from './publishers.js';
import { type Release, releaseKind } from './release.js';

/** The releases of the app that somebody publishes for; those of other apps are not there. Tells of each change. */
export const createReleases = (records: Records, clock: Clock, onChange: () => void) => {
  const releases = createCollection(records, clock, releaseKind);

  const find = async ({ app }: Publisher, id: string): Promise<Found<Release>> => {
    const found = await releases.get(id);
    if (found?.value.appId !== app.id) throw new SyncError('release_not_found');
    return found;
  };

  return {
    /** Newest first by the time when they were begun. */
    async list({ app }: Publisher): Promise<readonly Release[]> {
      const found = await findAll(releases, 'app', app.id);
      return found.map(({ value }) => value).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    },

    /** @throws SyncError `release_not_found` */
    get: async (publisher: Publisher, id: string): Promise<Release> => (await find(publisher, id)).value,

    /** @throws SyncError `version_exists`, `too_many_releases`; `invalid_token` when the app is gone */
    async create(publisher: Publisher, release: Release): Promise<void> {
      const present = await findAll(releases, 'app', publisher.app.id);
      if (present.length >= limits.releasesPerApp) throw new SyncError('too_many_releases');
      const checks = publisher.guards.map((guard) => ({ ...guard, write: 'check' as const }));
      const put = releases.put(release.id, release, { condition: 'absent' });
      const result = await records.transact([...checks, put], clock.now());
      if (result.done) return;
      throw new SyncError(result.reason === 'unique' ? 'version_exists' : 'invalid_token');
    },

    /**
     * Writes what `change` makes of the release as it is; somebody else's write in between is seen and built upon.
     * @throws SyncError `release_not_found`, and what `change` throws
     */
    async revise(publisher: Publisher, id: string, change: (release: Release) => Release): Promise<Release> {
      for (;;) {
        const { value, version } = await find(publisher, id);
        const release = change(value);
        const { done } = await records.transact([releases.put(id, release, { condition: version })], clock.now());
        if (!done) continue;
        onChange();
        return release;
      }
    },

    /** @returns what it was. @throws SyncError `release_not_found` */
    async remove(publisher: Publisher, id: string): Promise<Release> {
      for (;;) {
        const { value, version } = await find(publisher, id);
        const { done } = await records.transact([releases.delete(id, version)], clock.now());
        if (!done) continue;
        onChange();
        return value;
      }
    },
  };
};

export type Releases = ReturnType<typeof createReleases>;
