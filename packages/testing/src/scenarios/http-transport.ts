import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Readable } from 'node:stream';
import type { SyncServer } from '@synckeep/core';
import { isInParts, type OpenTransport, type WireAnswer, type WireRequest } from './transport.js';

/** An HTTP server that a binding listens with. */
export interface ListeningServer {
  readonly port: number;
  /** Closes it, also when connections are open. */
  close(): Promise<void>;
}

const toAnswer = (message: IncomingMessage): WireAnswer => ({
  status: message.statusCode ?? 0,
  headers: Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  ),
  body: message,
});

const send = (
  port: number,
  agent: Agent,
  { method, path, query, headers, body, signal }: WireRequest,
): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const stream = isInParts(body) ? Readable.from(body) : null;
    const bytes = isInParts(body) ? null : typeof body === 'string' ? Buffer.from(body) : body;
    const sent = requestHttp(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path: query ? `${path}?${query}` : path,
        headers: { ...(bytes && { 'content-length': String(bytes.length) }), ...headers },
        ...(signal && { signal }),
      },
      (message) => resolve(toAnswer(message)),
    );
    sent.on('error', reject);
    if (stream) stream.pipe(sent);
    else sent.end(bytes ?? undefined);
  });

/** Requests over a real socket, to whatever HTTP server `listen` starts for a sync server. */
export const overHttp =
  (listen: (server: SyncServer) => Promise<ListeningServer>): OpenTransport =>
  async (server) => {
    const agent = new Agent({ keepAlive: true });
    const listening = await listen(server);
    return {
      send: (request) => send(listening.port, agent, request),
      async close() {
        agent.destroy();
        await listening.close();
      },
    };
  };
