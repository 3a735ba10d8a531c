// Sessions, and the table of pushes beside the two baselines, for whatever the server stores them in.
import { median, root, runCommand, runJson, runLoad } from './processes.mjs';

export const api = '/api/sync';

export const post = async (port, path, token, body) => {
  const answer = await fetch(`http://127.0.0.1:${port}${api}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
};

/** So many users with a device each. */
export const makeSessions = async (env, port, count) => {
  const { api_key } = await runCommand(env, ['app', 'create', 'bench']);
  const sessions = [];
  for (let i = 0; i < count; i++) {
    const email = `user${i}@example.com`;
    await runCommand(env, ['user', 'create', email, '--password-stdin'], 'a long password\n');
    const { token } = await post(port, '/auth', undefined, { email, password: 'a long password', api_key });
    const { id } = await post(port, '/devices', token, { device_name: 'bench', platform: 'linux' });
    sessions.push({ token, deviceId: id });
  }
  return sessions;
};

export const row = (...columns) =>
  console.log(columns.map((column, i) => String(column).padEnd(i === 0 ? 30 : 12)).join(''));

/**
 * Prints a line for each cell: echo, raw, 1 / (1/echo + 1/raw), the server, and their ratio, each a median of `runs`.
 * `raw` is the program of the raw loop; `toJob` makes its job out of a cell.
 */
export const benchPushes = async ({ cells, runs, seconds, warmup, echo, server, sessions, raw, toJob }) => {
  row('pushes a second', 'echo', 'raw', 'ideal', 'server', 'ratio', 'p50 ms', 'p95 ms', 'p95/p50');
  for (const { rows, clients } of cells) {
    const job = { kind: 'push', clients, rows, warmup, seconds };
    const results = [];
    for (let run = 0; run < runs; run++) {
      const echoed = await runLoad({ ...job, port: echo.port, path: '/', sessions });
      const bare = await runJson(`${root}bench/${raw}`, [], JSON.stringify(toJob({ rows, clients, seconds })));
      const served = await runLoad({ ...job, port: server.port, path: `${api}/push`, sessions });
      const ideal = 1 / (1 / echoed.perSecond + 1 / bare.perSecond);
      results.push({ echo: echoed.perSecond, raw: bare.perSecond, ideal, ...served, ratio: served.perSecond / ideal });
    }
    const of = (key) => median(results.map((result) => result[key]));
    row(
      `${rows} rows, ${clients} clients`,
      ...['echo', 'raw', 'ideal', 'perSecond'].map((key) => Math.round(of(key))),
      of('ratio').toFixed(2),
      of('p50').toFixed(2),
      of('p95').toFixed(2),
      (of('p95') / of('p50')).toFixed(2),
    );
  }
};
