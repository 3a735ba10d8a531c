/**
 * The condition that picks the first rows of a part of a table in order of its primary key, at most as many as its last
 * parameter says. `part` are the columns that lead the key, their values the parameters before it; `rest` are the others.
 * Its rows are one range of the key, so finding them takes no longer for what else the table holds.
 */
export const areFirst = (schema: string, table: string, part: readonly string[], rest: readonly string[]): string => {
  const inPart = part.map((column, index) => `${column} = $${index + 1}`).join(' AND ');
  const key = rest.join(', ');
  const first = `SELECT ${key} FROM ${schema}.${table} WHERE ${inPart} ORDER BY ${key} LIMIT $${part.length + 1}`;
  const backwards = rest.map((column) => `${column} DESC`).join(', ');
  return `${inPart} AND (${key}) <= (SELECT ${key} FROM (${first}) AS first ORDER BY ${backwards} LIMIT 1)`;
};

/** A statement that deletes such rows. It answers one row with `count`. */
export const deleteFirst = (
  schema: string,
  table: string,
  part: readonly string[],
  rest: readonly string[],
): string => `
  WITH gone AS (DELETE FROM ${schema}.${table} WHERE ${areFirst(schema, table, part, rest)} RETURNING 1)
  SELECT count(*)::integer AS count FROM gone`;
