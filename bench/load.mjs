// The load generator, a process of its own. Reads one JSON job on standard input, prints one JSON result.
//   push: { kind: 'push', port, path, clients, rows, warmup, seconds, sessions: [{ token, deviceId }] }
//   pull: { kind: 'pull' or 'lines', port, path, token, deviceId, rows }
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { openConnection, toRequest } from './http-client.mjs';

export const payload = 'x'.repeat(256);

const toBatch = (deviceId, rows) => ({
  device_id: deviceId,
  batch_id: randomUUID(),
  changes: Array.from({ length: rows }, (_, i) => ({
    table: 'tasks',
    op: 'update',
    row_id: `task-${i}`,
    timestamp: '2026-03-13T10:05:00.123456789Z',
    data: payload,
  })),
});

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

const push = async ({ port, path, clients, rows, warmup, seconds, sessions }) => {
  const start = performance.now() + warmup * 1000;
  const end = start + seconds * 1000;
  const latencies = [];
  const runClient = async (index) => {
    const { token, deviceId } = sessions[index % sessions.length];
    const connection = await openConnection(port);
    for (let now = performance.now(); now < end; ) {
      const request = toRequest('POST', path, token, toBatch(deviceId, rows));
      const sent = performance.now();
      const { status, body } = await connection.send(request);
      now = performance.now();
      if (status !== 200) throw new Error(`A push answered ${status}: ${body}`);
      if (sent >= start && now <= end) latencies.push(now - sent);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => runClient(index)));
  latencies.sort((a, b) => a - b);
  return { perSecond: latencies.length / seconds, p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) };
};

const rowStart = Buffer.from('{"table":');

const countRows = (body) => {
  let rows = 0;
  for (let at = body.indexOf(rowStart); at >= 0; at = body.indexOf(rowStart, at + 1)) rows++;
  return rows;
};

/** What stands behind the changes of a page, read without parsing them. */
const readTail = (body) => {
  const text = body.toString('utf8', Math.max(0, body.length - 400));
  return JSON.parse(`{${text.slice(text.lastIndexOf('"cursor":'))}`);
};

/** The same log as one answer of lines. */
const pullLines = async ({ port, path, token, deviceId, rows }) => {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/x-ndjson' },
    body: JSON.stringify({ device_id: deviceId }),
  });
  let received = 0;
  let end = Buffer.alloc(0);
  for await (const part of answer.body) {
    // A row may lie across two parts.
    const text = Buffer.concat([end.subarray(-(rowStart.length - 1)), part]);
    received += countRows(text);
    end = text.subarray(-400);
  }
  const took = performance.now() - began;
  if (received !== rows || !end.includes('"has_more":false')) throw new Error(`${received} of ${rows} rows came.`);
  return { perSecond: (rows * 1000) / took };
};

const pull = async ({ port, path, token, deviceId, rows }) => {
  const connection = await openConnection(port);
  const ask = (cursor) => connection.send(toRequest('POST', path, token, { device_id: deviceId, cursor }));
  const began = performance.now();
  let received = 0;
  let requests = 0;
  let page = ask();
  while (page) {
    const { status, body } = await page;
    if (status !== 200) throw new Error(`A pull answered ${status}: ${body}`);
    const { cursor, has_more } = readTail(body);
    // The next page is asked for before this one is looked at: what a reader does with rows is not the server's time.
    page = has_more ? ask(cursor) : undefined;
    received += countRows(body);
    requests++;
  }
  const took = performance.now() - began;
  connection.close();
  if (received !== rows) throw new Error(`A cold pull of ${rows} rows brought ${received}.`);
  return { perSecond: (rows * 1000) / took, requests };
};

if (process.argv[1]?.endsWith('load.mjs')) {
  let text = '';
  for await (const part of process.stdin) text += part;
  const job = JSON.parse(text);
  console.log(JSON.stringify(await { push, pull, lines: pullLines }[job.kind](job)));
}
