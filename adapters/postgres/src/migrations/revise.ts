/**
 * The function of that name out of an earlier migration, changed in a few places, as a statement that puts it in place
 * of the old one. Earlier migrations never change, and so neither does the result.
 * @throws Error where a place is not found, or not just once
 */
export const revise = (
  sql: string,
  name: string,
  ...edits: readonly (readonly [from: string, to: string])[]
): string => {
  const start = sql.search(new RegExp(`CREATE (?:OR REPLACE )?FUNCTION \\$schema\\.${name}\\(`));
  const end = sql.indexOf('\n$$;', start);
  if (start < 0 || end < 0) throw new Error(`There is no function ${name}.`);
  let text = sql.slice(start, end).replace(/^CREATE FUNCTION/, 'CREATE OR REPLACE FUNCTION');
  for (const [from, to] of edits) {
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`The function ${name} has ${parts.length - 1} times: ${from}`);
    text = parts.join(to);
  }
  return `${text}\n$$;`;
};
