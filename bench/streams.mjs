// Memory of idle streams: opens `count` of them, waits until each one said its first bytes, asks for the server's size.
import { connect } from 'node:net';
import { residentMiB } from './processes.mjs';

export const measureStreams = async ({ port, pid, path, sessions, count }) => {
  const before = residentMiB(pid);
  const sockets = [];
  const open = (index) =>
    new Promise((resolve, reject) => {
      const { token } = sessions[index % sessions.length];
      const socket = connect({ port, host: '127.0.0.1' });
      sockets.push(socket);
      socket.on('error', reject);
      socket.on('data', (part) => {
        if (part.includes('retry:')) resolve();
      });
      socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`);
    });
  for (let i = 0; i < count; i += 50) {
    await Promise.all(Array.from({ length: Math.min(50, count - i) }, (_, k) => open(i + k)));
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const grown = residentMiB(pid) - before;
  for (const socket of sockets) socket.destroy();
  return grown;
};
