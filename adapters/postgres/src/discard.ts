/**
 * A statement that takes rows of blobs or reservations away and lists their objects for deletion. It answers one row
 * with `count`.
 */
export const discard = (schema: string, table: 'blob' | 'reservation', condition: string): string => `
  WITH gone AS (
    DELETE FROM ${schema}.${table} WHERE ${condition} RETURNING object_key
  ), listed AS (
    INSERT INTO ${schema}.discarded (object_key) SELECT object_key FROM gone ON CONFLICT DO NOTHING
  )
  SELECT count(*)::integer AS count FROM gone`;
