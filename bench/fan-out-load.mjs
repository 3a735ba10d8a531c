// The load of the fan-out benchmark over HTTP, a process of its own: a stream of every user on one node, pushes of every
// user in turn to another. Reads one JSON job on standard input: { pushPort, streamPort, users, deviceIds, perSecond,
// warmup, seconds }; prints { pushed, heard }: for each user the moments of its pushes and events.
import { connect } from 'node:net';
import { now, readJob, toPush } from './fan-out-shared.mjs';
import { openConnection, toRequest } from './http-client.mjs';

const connections = 32;
const path = '/api/sync';

const { pushPort, streamPort, users, deviceIds, perSecond, warmup, seconds } = await readJob();
const pushed = users.map(() => []);
const heard = users.map(() => []);

const openStream = (user) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port: streamPort, host: '127.0.0.1' });
    socket.on('error', reject);
    socket.on('data', (part) => {
      if (part.includes('retry:')) resolve(socket);
      if (part.includes('event: changed')) heard[user].push(now());
    });
    socket.write(`GET ${path}/subscribe HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${users[user]}\r\n\r\n`);
  });

const sockets = [];
for (let user = 0; user < users.length; user += 50) {
  const some = users.slice(user, user + 50).map((_, i) => openStream(user + i));
  sockets.push(...(await Promise.all(some)));
}

const begin = now();
const total = perSecond * (warmup + seconds);
let next = 0;
const run = async () => {
  const connection = await openConnection(pushPort);
  while (next < total) {
    const nth = next++;
    const wait = begin + (nth / perSecond) * 1000 - now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const user = nth % users.length;
    const request = toRequest('POST', `${path}/push`, users[user], toPush(deviceIds[user]));
    pushed[user].push(now());
    const { status, body } = await connection.send(request);
    if (status !== 200) throw new Error(`A push answered ${status}: ${body}`);
  }
  connection.close();
};
await Promise.all(Array.from({ length: connections }, run));
await new Promise((resolve) => setTimeout(resolve, 3_000));
for (const socket of sockets) socket.destroy();
process.stdout.write(`${JSON.stringify({ pushed, heard })}\n`, () => process.exit(0));
