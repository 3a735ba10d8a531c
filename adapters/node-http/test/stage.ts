import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Answer, Call, Log, LogFields } from '@synckeep/core';
import { createBareServer } from '@synckeep/testing';
import { onTestFinished } from 'vitest';
import { createNodeHandler, type NodeHandlerOptions } from '../src/index.js';

export interface Line {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

export const createLogRecorder = () => {
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { lines, log };
};

export interface Listening {
  readonly url: string;
  readonly port: number;
}

/** On a free port until the test ends. */
export const listen = async (listener: RequestListener): Promise<Listening> => {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
};

export const openBinding = (
  dispatch: (call: Call) => Promise<Answer>,
  options?: NodeHandlerOptions,
): Promise<Listening> => listen(createNodeHandler(createBareServer(dispatch), options));

export const text = (body: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});

/** A raw connection: what it sends is what the server gets. */
export const openSocket = async ({ port }: Listening) => {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
  });
  // Not events.once, which rejects when the server resets the connection.
  const next = (name: string) => new Promise<void>((resolve) => socket.once(name, () => resolve()));
  const closed = next('close').then(() => received);
  const until = async (part: string | RegExp): Promise<string> => {
    while (!(typeof part === 'string' ? received.includes(part) : part.test(received))) {
      if (socket.destroyed) throw new Error(`The connection ended after: ${received.slice(-2000)}`);
      await Promise.race([next('data'), closed]);
    }
    return received;
  };
  return { socket, until, next, closed, received: () => received };
};

/** A promise with its handle outside. */
export const createSignal = <T = void>() => {
  let fire: (value: T) => void = () => {};
  const fired = new Promise<T>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
};
