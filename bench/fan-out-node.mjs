// A node of a host with users of its own, over PostgreSQL: what the fan-out benchmark measures. Reads one JSON job on
// standard input: { url, role, appId, users, deviceIds, perSecond, warmup, seconds }.
//   serve    listens on a free port, prints `listening on URL` and stops with SIGTERM
//   push     pushes `perSecond` times a second through `dispatch`, from one user after the other
//   listen   holds a stream of every user through `dispatch`, prints `ready` and ends with its standard input
// `push` and `listen` print { times }: for each user the moments (milliseconds since 1970) of its pushes or events.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createNodeHandler } from '@synckeep/node-http';
import { now, openNode, readJob, toCall, toPush } from './fan-out-shared.mjs';

const push = async ({ server }, { users, deviceIds, perSecond, warmup, seconds }) => {
  const times = users.map(() => []);
  const pending = new Set();
  const begin = now();
  const total = perSecond * (warmup + seconds);
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((now() - begin) / 1000) * perSecond));
    for (; sent < due; sent++) {
      const user = sent % users.length;
      times[user].push(now());
      const answer = server.dispatch(toCall('POST', '/push', users[user], toPush(deviceIds[user])));
      const done = answer.then(({ status, body }) => {
        pending.delete(done);
        if (status !== 200) throw new Error(`A push answered ${status}: ${body}`);
      });
      pending.add(done);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(pending);
  return times;
};

const listen = async ({ server }, { users }) => {
  const times = users.map(() => []);
  const follow = async (user, chunks) => {
    for await (const chunk of chunks) if (String(chunk).includes('event: changed')) times[user].push(now());
  };
  for (const [user, token] of users.entries()) {
    const { status, body } = await server.dispatch(toCall('GET', '/subscribe', token));
    if (status !== 200) throw new Error(`A stream answered ${status}: ${body}`);
    void follow(user, body.chunks);
  }
  process.stdout.write('ready\n');
  await once(process.stdin.resume(), 'end');
  return times;
};

const job = await readJob();
const node = openNode(job.url, job.appId);
if (job.role === 'serve') {
  const http = createServer(createNodeHandler(node.server));
  http.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
  process.once('SIGTERM', async () => {
    http.close();
    http.closeAllConnections();
    await node.close();
    // Standard input stays open: it would keep the process.
    process.stdin.destroy();
  });
} else {
  const times = await (job.role === 'push' ? push(node, job) : listen(node, job));
  await node.close();
  process.stdout.write(`${JSON.stringify({ times })}\n`);
}
