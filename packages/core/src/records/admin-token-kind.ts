import { adminScopes } from '@synckeep/protocol';
import { z } from 'zod';
import { defineKind } from './collection.js';

/**
 * An admin token (P-160), by the digest of its text; the text is shown once and kept nowhere. The record expires with the
 * token. Indexes: `all`, `id`.
 */
export const adminTokenKind = defineKind({
  name: 'admin-token',
  schema: z.object({
    id: z.string(),
    name: z.string(),
    /** The first characters, to tell tokens apart. */
    prefix: z.string(),
    scopes: z.array(z.enum(adminScopes)),
    createdAt: z.number(),
  }),
  indexes: ({ id }) => ({ all: [''], id: [id] }),
});
