import { schemas } from '@synckeep/protocol';
import { z } from 'zod';
import { defineKind } from '../records/collection.js';

/** A slug, by itself: it stays with its app, because installations in the field go on asking by it. Index: `app`. */
export const slugKind = defineKind({
  name: 'slug',
  schema: z.object({ appId: z.string(), takenAt: z.number() }),
  indexes: ({ appId }) => ({ app: [appId] }),
});

/** The minisign public key of an app, by its id, as base64 of its 42 bytes. */
export const updateKeyKind = defineKind({ name: 'update-key', schema: z.object({ publicKey: z.string() }) });

/** A publishing token, by its digest; the token itself is shown once and kept nowhere. Index: `app`. */
export const publisherKind = defineKind({
  name: 'publisher',
  schema: z.object({ id: z.string(), appId: z.string(), label: z.string(), createdAt: z.number() }),
  indexes: ({ appId }) => ({ app: [appId] }),
});

/** Downloads of a release on one day in UTC, by target and arch. Key: id of the release and date. Indexes: `app`, `release`. */
export const downloadsKind = defineKind({
  name: 'downloads',
  schema: z.object({
    appId: z.string(),
    releaseId: z.string(),
    date: z.string(),
    counts: z.array(
      z.object({
        target: z.enum(schemas.updateTargets),
        arch: z.enum(schemas.updateArchs),
        downloads: z.number(),
      }),
    ),
  }),
  indexes: ({ appId, releaseId }) => ({ app: [appId], release: [releaseId] }),
});
