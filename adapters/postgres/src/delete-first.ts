/**
 * A statement that deletes the first rows of a part of a table in order of its primary key, at most as many as its last
 * parameter says; the parameters before it are the values of `part`, the columns that lead the key. It answers one row
 * with `count`. The rows are one range of the key, so its time depends on nothing else in the table.
 */
export const deleteFirst = (
  schema: string,
  table: string,
  part: readonly string[],
  rest: readonly string[],
): string => {
  const inPart = part.map((column, index) => `${column} = $${index + 1}`).join(' AND ');
  const key = rest.join(', ');
  const last = `SELECT ${key} FROM first ORDER BY ${rest.map((column) => `${column} DESC`).join(', ')} LIMIT 1`;
  return `
    WITH first AS MATERIALIZED (
      SELECT ${key} FROM ${schema}.${table} WHERE ${inPart} ORDER BY ${key} LIMIT $${part.length + 1}
    ), gone AS (
      DELETE FROM ${schema}.${table} WHERE ${inPart} AND (${key}) <= (${last}) RETURNING 1
    )
    SELECT count(*)::integer AS count FROM gone`;
};
