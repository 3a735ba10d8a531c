// The baseline of a first sync: a loop that selects rows and stringifies pages of them. Reads { file } or { url } on
// standard input. GET /loop runs it in this process and answers { rows, perSecond }; GET /sent sends its bytes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openSqlite } from '@synckeep/sqlite/open';
import pg from 'pg';

const { values: source } = parseArgs({ options: { file: { type: 'string' }, url: { type: 'string' } } });
const columns = 'op, table_name, row_id, timestamp, data';

const openFile = (file) => {
  const database = openSqlite(file);
  const select = database.prepare(`SELECT id, ${columns} FROM sync_change WHERE id > ? ORDER BY id LIMIT 500`);
  return (last) => select.all(last?.id ?? 0);
};

const openUrl = (url) => {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const text = `SELECT scope, log, position, ${columns} FROM synckeep.change
    WHERE (scope, log, position) > ($1, $2, $3) ORDER BY scope, log, position LIMIT 500`;
  const first = { scope: '00000000-0000-0000-0000-000000000000', log: 0, position: 0 };
  return async (last = first) => (await pool.query(text, [last.scope, last.log, last.position])).rows;
};

/** Bytes come as the text that they stand for. */
const toChange = ({ data, ...row }) => ({ ...row, data: Buffer.isBuffer(data) ? data.toString('base64') : data });

const page = source.file ? openFile(source.file) : openUrl(source.url);

async function* pages() {
  for (let rows = await page(); rows.length > 0; rows = await page(rows.at(-1))) {
    yield {
      rows: rows.length,
      text: JSON.stringify({ changes: Buffer.isBuffer(rows[0].data) ? rows.map(toChange) : rows }),
    };
  }
}

const loop = async (response) => {
  const began = performance.now();
  let rows = 0;
  let bytes = 0;
  for await (const each of pages()) {
    rows += each.rows;
    bytes += each.text.length;
  }
  response.end(JSON.stringify({ rows, bytes, perSecond: (rows * 1000) / (performance.now() - began) }));
};

const send = async (response) => {
  for await (const { text } of pages()) {
    if (!response.write(text)) await once(response, 'drain');
  }
  response.end();
};

const server = createServer((request, response) => void (request.url === '/loop' ? loop : send)(response));
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
