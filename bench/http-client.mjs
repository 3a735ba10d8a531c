// A keep-alive HTTP/1.1 client on a bare socket: it costs the load generator as little as possible.
import { connect } from 'node:net';

/** One connection; `send` resolves with status and body (a Buffer) of the answer. One request at a time. */
export const openConnection = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let parts = [];
    let missing = -1;
    let status = 0;
    let waiting;

    // The head of an answer comes whole in its first part: the servers measured here write it at once.
    const begin = (part) => {
      const headEnd = part.indexOf('\r\n\r\n');
      const head = part.toString('latin1', 0, headEnd);
      status = Number(head.slice(9, 12));
      const body = part.subarray(headEnd + 4);
      parts = [body];
      missing = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - body.length;
    };
    socket.on('data', (part) => {
      if (missing < 0) begin(part);
      else {
        parts.push(part);
        missing -= part.length;
      }
      if (missing > 0) return;
      missing = -1;
      const { resolve: done } = waiting;
      waiting = undefined;
      done({ status, body: parts.length === 1 ? parts[0] : Buffer.concat(parts) });
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
