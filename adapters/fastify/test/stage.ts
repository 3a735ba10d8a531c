import type { AddressInfo } from 'node:net';
import type { Answer, SyncServer } from '@synckeep/core';
import { createFrameworkErrors, synckeep } from '@synckeep/fastify';
import type { ListeningServer } from '@synckeep/testing';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { onTestFinished } from 'vitest';

/** On a free port. */
export const listen = async (app: FastifyInstance): Promise<number> => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
};

/** A host that has nothing but the plugin. */
export const listenFastify = async (server: SyncServer): Promise<ListeningServer> => {
  const app = Fastify({ frameworkErrors: createFrameworkErrors() });
  await app.register(synckeep, { server });
  return {
    port: await listen(app),
    async close() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
};

/** A host that a test furnishes; closed when the test ends. */
export const createHost = (options: FastifyServerOptions = {}): FastifyInstance => {
  const app = Fastify(options);
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return app;
};

export const text = (body: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});
