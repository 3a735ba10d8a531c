import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server of TCP and has the troubles of a network. */
export interface TcpProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Ends every connection and refuses new ones, as when the server is stopped. */
  refuse(): Promise<void>;
  /** Lets no byte through any more and ends nothing, as when a cable is pulled. */
  stall(): void;
  /** Lets new connections through. */
  admit(): Promise<void>;
  /** Ends every connection and the proxy. */
  close(): Promise<void>;
}

/** Opens a proxy to a server on `host`:`port`. It lets everything through until it is told otherwise. */
export const openTcpProxy = async (target: { readonly host: string; readonly port: number }): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  let isStalled = false;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    // Whoever is on the other side learns of it by the end of its own connection.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isStalled) return;
    const far = connect(target);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.');
    return address.port;
  };
  const refuse = async (): Promise<void> => {
    const isClosed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await isClosed;
  };

  /** Below the ports that systems hand out to whoever asks for any: nobody gets it while this one refuses. */
  const listenSomewhere = async (): Promise<number> => {
    for (let tries = 1; ; tries++) {
      try {
        return await listen(randomInt(10_240, 32_768));
      } catch (error) {
        if (tries === 100) throw error;
      }
    }
  };

  const port = await listenSomewhere();
  return {
    port,
    refuse,
    stall() {
      isStalled = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    async admit() {
      isStalled = false;
      if (!server.listening) await listen(port);
    },
    close: refuse,
  };
};
