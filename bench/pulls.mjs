// One log of 100,000 rows, for whatever the server stores it in.
import { median, root, runJson, runLoad } from './processes.mjs';
import { api, post, row } from './pushes.mjs';

const coldRows = 100_000;
const range = (count) => Array.from({ length: count }, (_, i) => i);

/**
 * Prints how fast a new device reads the log, beside the raw loop, and how soon its writer finds the one row of somebody
 * else. `raw` is the program of the raw loop; `toJob` completes its job.
 */
export const benchPulls = async ({ server, session: { token, deviceId: writer }, runs, raw, toJob }) => {
  const call = (path, body) => post(server.port, path, token, body);
  const { cursor } = await call('/pull', { device_id: writer });
  const change = (i) => ({
    table: 'tasks',
    op: 'update',
    row_id: `task-${i}`,
    timestamp: '2026-03-13T10:05:00.123456789Z',
    data: 'x'.repeat(256),
  });
  const register = (name) => call('/devices', { device_name: name, platform: 'linux' });
  for (const start of range(coldRows / 500)) {
    await call('/push', { device_id: writer, changes: range(500).map((i) => change(start * 500 + i)) });
  }
  const results = [];
  for (const run of range(runs)) {
    const { id } = await register(`reader ${run}`);
    const bare = await runJson(`${root}bench/${raw}`, [], JSON.stringify(toJob({ rows: coldRows, mode: 'read' })));
    const job = { port: server.port, path: `${api}/pull`, token, deviceId: id, rows: coldRows };
    const { perSecond } = await runLoad({ ...job, kind: 'pull' });
    const { perSecond: lines } = await runLoad({ ...job, kind: 'lines' });
    const { perSecond: most } = bare;
    results.push({ raw: most, perSecond, lines, ratio: perSecond / most, linesRatio: lines / most });
  }
  const of = (key) => median(results.map((result) => result[key]));
  console.log();
  row('rows a second, read', 'raw', 'server', 'ratio');
  row('cold pull of 100,000 rows', Math.round(of('raw')), Math.round(of('perSecond')), of('ratio').toFixed(2));
  row('the same as lines', Math.round(of('raw')), Math.round(of('lines')), of('linesRatio').toFixed(2));

  const { id: other } = await register('other');
  await call('/push', { device_id: other, changes: [change(0)] });
  let requests = 0;
  for (let at = cursor, page; page === undefined || page.has_more; at = page.cursor) {
    page = await call('/pull', { device_id: writer, cursor: at });
    requests++;
  }
  console.log(`\none foreign row behind 100,000 own ones: ${requests} requests`);
};
