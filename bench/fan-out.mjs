// How soon a stream on one node hears of a push to another one, with as many users as pushes a second.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openNode } from './fan-out-shared.mjs';
import { root } from './processes.mjs';

const range = (count) => Array.from({ length: count }, (_, i) => i);

/** Starts a process with a job; its lines come one after the other. */
const start = (file, job) => {
  const child = spawn(process.execPath, [`${root}bench/${file}`], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    child,
    async line() {
      const { done, value } = await lines.next();
      if (done) throw new Error(`${file} ended early.`);
      return value;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
};

const toPort = (line) => Number(/:(\d+)$/.exec(line)?.[1]);

/** Users with a device each, in an app of their own. */
const prepare = async (url, count) => {
  const node = openNode(url, '');
  await node.storage.migrate();
  const { app } = await node.server.apps.create({ name: 'fan-out' });
  const users = range(count).map(() => crypto.randomUUID());
  const register = async (userId) => {
    const { device } = await node.storage.deviceStore.register(
      { appId: app.id, userId },
      {
        id: crypto.randomUUID(),
        name: 'bench',
        platform: 'linux',
        installationId: null,
        session: null,
        now: Date.now(),
        freshEpoch: '00c0ffee00c0ffee',
        guards: [],
      },
    );
    return device.id;
  };
  const deviceIds = await Promise.all(users.map(register));
  await node.close();
  return { url, appId: app.id, users, deviceIds };
};

const overHttp = async (job) => {
  const nodes = [
    start('fan-out-node.mjs', { ...job, role: 'serve' }),
    start('fan-out-node.mjs', { ...job, role: 'serve' }),
  ];
  try {
    const [pushPort, streamPort] = (await Promise.all(nodes.map((node) => node.line()))).map(toPort);
    const load = start('fan-out-load.mjs', { ...job, pushPort, streamPort });
    return JSON.parse(await load.line());
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
};

const throughDispatch = async (job) => {
  const listener = start('fan-out-node.mjs', { ...job, role: 'listen' });
  await listener.line();
  const pusher = start('fan-out-node.mjs', { ...job, role: 'push' });
  const { times: pushed } = JSON.parse(await pusher.line());
  pusher.child.stdin.end();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  listener.child.stdin.end();
  const { times: heard } = JSON.parse(await listener.line());
  return { pushed, heard };
};

/** @returns { p50, p99, pushes, unheard }: milliseconds from the sending of a push to `changed` on the other node. */
export const measureFanOut = async ({ url, over, perSecond, warmup, seconds }) => {
  const job = { ...(await prepare(url, perSecond)), perSecond, warmup, seconds };
  const { pushed, heard } = await (over === 'http' ? overHttp : throughDispatch)(job);
  const latencies = [];
  let unheard = 0;
  for (const [user, moments] of pushed.entries()) {
    // One push a second of each user: the event that follows it is its own.
    for (const moment of moments.slice(warmup)) {
      const event = heard[user].find((at) => at >= moment);
      if (event === undefined) unheard++;
      else latencies.push(event - moment);
    }
  }
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { p50: at(0.5), p99: at(0.99), pushes: latencies.length + unheard, unheard };
};
