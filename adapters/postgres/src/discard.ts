/** A table of objects in the blob store, with the rest of its key. */
const keys = { blob: ['scope', 'hash'], reservation: ['scope', 'hash', 'object_key'] } as const;

/**
 * A statement that takes rows of blobs or reservations away and lists their objects for deletion. It answers one row
 * with `count`. `condition` may end in a LIMIT and in what it locks.
 */
export const discard = (schema: string, table: keyof typeof keys, condition: string): string => `
  WITH chosen AS MATERIALIZED (SELECT ${keys[table].join(', ')} FROM ${schema}.${table} WHERE ${condition}), gone AS (
    DELETE FROM ${schema}.${table} t USING chosen
    WHERE ${keys[table].map((column) => `t.${column} = chosen.${column}`).join(' AND ')}
    RETURNING t.object_key
  ), listed AS (
    INSERT INTO ${schema}.discarded (object_key) SELECT object_key FROM gone ON CONFLICT DO NOTHING
  )
  SELECT count(*)::integer AS count FROM gone`;
