import { limits, SyncError } from '@synckeep/protocol';
import { createCollection } from '../records/collection.js';
import { findAll } from './find-all.js';
import type { ReleaseEditor } from './publishers.js';
import type { ReleasesDeps } from './releases.js';
import { slugKind } from './small-kinds.js';

/** P-141 */
export const createSlugs = ({ records, clock, audit, onChange }: ReleasesDeps) => {
  const slugs = createCollection(records, clock, slugKind);
  return {
    /** @throws SyncError `slug_taken`, `too_many_slugs`; `invalid_token` when the app is gone */
    async take({ app, actor, guards }: ReleaseEditor, slug: string, address: string): Promise<void> {
      const present = await findAll(slugs, 'app', app.id);
      if (present.some(({ key }) => key === slug)) return;
      if (present.length >= limits.slugsPerApp) throw new SyncError('too_many_slugs');
      const checks = guards.map((guard) => ({ ...guard, write: 'check' as const }));
      const put = slugs.put(slug, { appId: app.id, takenAt: clock.now() }, { condition: 'absent' });
      const subject = { kind: 'app', id: app.id };
      const entry = audit.entry({ actor, address, action: 'app.slug', appId: app.id, subject });
      const result = await records.transact([...checks, put, entry], clock.now());
      if (result.done) return onChange();
      if (result.failed < checks.length) throw new SyncError('invalid_token');
      // The same app may have asked twice at once.
      if ((await slugs.get(slug))?.value.appId !== app.id) throw new SyncError('slug_taken');
    },
  };
};

export type Slugs = ReturnType<typeof createSlugs>;
