// The other baseline: what better-sqlite3 does by itself with the server's own table, at the same durability.
// Reads { folder, rows, seconds, mode } on standard input; prints { perSecond } (transactions, or rows of a read).
import { performance } from 'node:perf_hooks';
import { createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';

let text = '';
for await (const part of process.stdin) text += part;
const { folder, rows, seconds, mode } = JSON.parse(text);
const database = openSqlite(`${folder}/raw.db`);
const storage = createSqliteStorage({ database });
await storage.migrate();

const columns = database.pragma('table_info(sync_change)').map(({ name, type, pk }) => ({ name, type, pk }));
const data = 'x'.repeat(256);
const toColumnValue = ({ name, type }, id) => {
  if (name === 'data') return data;
  if (name === 'timestamp') return '2026-03-13T10:05:00.123456789Z';
  if (name === 'table_name') return 'tasks';
  if (name === 'row_id') return `task-${id % 500}`;
  if (name === 'blobs') return null;
  return type === 'TEXT' ? 'x' : type === 'BLOB' ? Buffer.alloc(8) : 1;
};
const insert = database.prepare(
  `INSERT INTO sync_change (${columns.map(({ name }) => name).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
);
let next = 1;
const write = database.transaction((count) => {
  for (let i = 0; i < count; i++) {
    const id = next++;
    insert.run(...columns.map((column) => (column.pk ? id : toColumnValue(column, id))));
  }
});

if (mode === 'write') {
  const warm = performance.now() + 1_000;
  while (performance.now() < warm) write(rows);
  const began = performance.now();
  let transactions = 0;
  while (performance.now() < began + seconds * 1000) {
    write(rows);
    transactions++;
  }
  console.log(JSON.stringify({ perSecond: (transactions * 1000) / (performance.now() - began) }));
} else {
  for (let written = 0; written < rows; written += 500) write(500);
  const select = database.prepare('SELECT * FROM sync_change WHERE id > ? ORDER BY id LIMIT 500');
  const began = performance.now();
  let read = 0;
  let bytes = 0;
  for (let page = select.all(0); page.length > 0; page = select.all(page.at(-1).id)) {
    read += page.length;
    bytes += JSON.stringify({ changes: page }).length;
  }
  if (read !== rows || bytes === 0) throw new Error(`The raw loop read ${read} of ${rows} rows.`);
  console.log(JSON.stringify({ perSecond: (rows * 1000) / (performance.now() - began) }));
}
database.close();
