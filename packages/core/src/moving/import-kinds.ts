import { z } from 'zod';
import { defineKind } from '../records/collection.js';
import { jsonSchema } from '../records/json.js';

/** An import that was begun and is neither done nor given up, by its id. Index: `all` ("" for listing). */
export const importKind = defineKind({
  name: 'import',
  schema: z.object({ exportId: z.string(), begunAt: z.number() }),
  indexes: () => ({ all: [''] }),
});

/**
 * A record of an import that is not done yet: out of everybody's sight, because nothing looks for this kind. Its key is
 * the id of the import, `0` or `1` for those that come last, and the kind and key that it will have.
 */
export const stagedKind = defineKind({
  name: 'staged',
  schema: z.object({ kind: z.string(), key: z.string(), value: jsonSchema, expiresAt: z.number().nullable() }),
});
