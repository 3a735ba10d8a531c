import { defineKind } from '@synckeep/core';
import { z } from 'zod';

/** A link that makes the first administrator, by the digest of its token (P-174). Index: `all` ("" for listing). */
export const setupLinkKind = defineKind({
  name: 'setup-link',
  schema: z.object({ /** Milliseconds since 1970. */ createdAt: z.number() }),
  indexes: () => ({ all: [''] }),
});
