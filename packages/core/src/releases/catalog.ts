import { SyncError } from '@synckeep/protocol';
import type { Clock, Records } from '../ports/index.js';
import { createCollection } from '../records/collection.js';
import { byVersion } from './choose-release.js';
import { findAll } from './find-all.js';
import { type Release, releaseKind } from './release.js';
import { slugKind } from './small-kinds.js';

const rememberFor = 2_000;
const maxCached = 100;

export interface PublishedApp {
  readonly appId: string;
  /** Published ones only, newest first. */
  readonly releases: readonly Release[];
}

/**
 * What an app offers, by its slug, at most 2 s old: everybody's installations ask for the same. Drafts and what was
 * withdrawn never come into it.
 */
export const createCatalog = (records: Records, clock: Clock) => {
  const slugs = createCollection(records, clock, slugKind);
  const releases = createCollection(records, clock, releaseKind);
  const cachedBySlug = new Map<string, { readonly app: Promise<PublishedApp | null>; readonly until: number }>();

  const read = async (slug: string): Promise<PublishedApp | null> => {
    const owner = await slugs.get(slug);
    if (!owner) return null;
    const { appId } = owner.value;
    const found = await findAll(releases, 'live', appId);
    return { appId, releases: found.map(({ value }) => value).sort(byVersion) };
  };

  return {
    /** @throws SyncError `slug_not_found` */
    async of(slug: string): Promise<PublishedApp> {
      const cached = cachedBySlug.get(slug);
      const isFresh = cached !== undefined && cached.until > clock.now();
      const app = isFresh ? cached.app : read(slug);
      if (!isFresh) {
        if (cachedBySlug.size >= maxCached) cachedBySlug.clear();
        const entry = { app, until: clock.now() + rememberFor };
        cachedBySlug.set(slug, entry);
        app.catch(() => cachedBySlug.get(slug) === entry && cachedBySlug.delete(slug));
      }
      const found = await app;
      if (!found) throw new SyncError('slug_not_found');
      return found;
    },

    /** For the process that changed something; the others notice by themselves. */
    forget: () => cachedBySlug.clear(),
  };
};

export type Catalog = ReturnType<typeof createCatalog>;
