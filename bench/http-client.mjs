// A keep-alive HTTP/1.1 client on a bare socket: it costs the load generator as little as possible.
import { connect } from 'node:net';

/** One connection; `send` resolves with status and body of the answer. One request at a time. */
export const openConnection = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let received = [];
    let length = 0;
    let waiting;

    const settle = () => {
      const all = received.length === 1 ? received[0] : Buffer.concat(received, length);
      received = [all];
      const headEnd = all.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const head = all.toString('latin1', 0, headEnd);
      const contentLength = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (all.length < headEnd + 4 + contentLength) return;
      const { resolve: done } = waiting;
      waiting = undefined;
      received = [];
      length = 0;
      done({ status: Number(head.slice(9, 12)), body: all.toString('utf8', headEnd + 4) });
    };
    socket.on('data', (part) => {
      received.push(part);
      length += part.length;
      settle();
    });
    const fail = (error) => waiting?.reject(error ?? new Error('The server closed the connection.'));
    socket.on('error', (error) => {
      reject(error);
      fail(error);
    });
    socket.on('close', () => fail());
    socket.on('connect', () =>
      resolve({
        send: (request) =>
          new Promise((done, failed) => {
            waiting = { resolve: done, reject: failed };
            socket.write(request);
          }),
        close: () => socket.destroy(),
      }),
    );
  });

export const toRequest = (method, path, token, body) => {
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...(token ? [`authorization: Bearer ${token}`] : []),
    ...(body === undefined ? [] : ['content-type: application/json']),
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
};
