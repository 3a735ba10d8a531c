// The other baseline: multi-row inserts through pg into a table like the server's own, at the same durability, on as many
// connections as there are clients. Reads { url, rows, clients, seconds, mode } on standard input; prints { perSecond }
// (transactions, or rows of a read).
import { performance } from 'node:perf_hooks';
import pg from 'pg';

let text = '';
for await (const part of process.stdin) text += part;
const { url, rows, clients = 1, seconds, mode } = JSON.parse(text);
const pool = new pg.Pool({ connectionString: url, max: clients });

await pool.query('DROP TABLE IF EXISTS raw; CREATE TABLE raw (LIKE synckeep.change INCLUDING ALL)');
const data = 'x'.repeat(256);
const range = Array.from({ length: mode === 'write' ? rows : 500 }, (_, i) => i);
const columns = [
  range.map(() => 1),
  range.map(() => 'tasks'),
  range.map((i) => `task-${i}`),
  range.map(() => '2026-03-13T10:05:00.123456789Z'),
  range.map(() => data),
];
const insert = `INSERT INTO raw (scope, log, device, position, tag, key_version, op, table_name, row_id, timestamp, data)
  SELECT $1, 1, 1, row.*
  FROM (SELECT position, 7, 1, op, table_name, row_id, timestamp, data
    FROM unnest($2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[])
      AS given (position, op, table_name, row_id, timestamp, data)) AS row`;

const createWriter = (client) => {
  const scope = `00000000-0000-4000-8000-00000000000${client}`;
  let last = 0;
  return () => {
    const positions = range.map((i) => last + i + 1);
    last += range.length;
    return pool.query(insert, [scope, positions, ...columns]);
  };
};

if (mode === 'write') {
  const warm = performance.now() + 1_000;
  const end = warm + seconds * 1000;
  let transactions = 0;
  const run = async (client) => {
    const write = createWriter(client);
    for (let now = performance.now(); now < end; now = performance.now()) {
      await write();
      if (now >= warm) transactions++;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  console.log(JSON.stringify({ perSecond: transactions / seconds }));
} else {
  const write = createWriter(0);
  for (let written = 0; written < rows; written += 500) await write();
  await pool.query('ANALYZE raw');
  const began = performance.now();
  let read = 0;
  let bytes = 0;
  for (let last = 0; ; ) {
    const page = await pool.query(
      `SELECT position, op, table_name, row_id, timestamp, data FROM raw
       WHERE scope = '00000000-0000-4000-8000-000000000000' AND log = 1 AND position > $1 ORDER BY position LIMIT 500`,
      [last],
    );
    if (page.rows.length === 0) break;
    last = Number(page.rows.at(-1).position);
    read += page.rows.length;
    bytes += JSON.stringify({ changes: page.rows }).length;
  }
  if (read !== rows || bytes === 0) throw new Error(`The raw loop read ${read} of ${rows} rows.`);
  console.log(JSON.stringify({ perSecond: (rows * 1000) / (performance.now() - began) }));
}
await pool.query('DROP TABLE raw');
await pool.end();
