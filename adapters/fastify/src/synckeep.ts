import { createMount, type Log, type SyncServer } from '@synckeep/core';
import { adminPrefix, type OperationName, operationNames, operations, prefixes } from '@synckeep/protocol';
import type { FastifyContextConfig, FastifyPluginAsync } from 'fastify';
import { offerRescue } from './framework-errors.js';
import { takeOver, toLogged } from './take-over.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation that a route of Synckeep is for. */
    synckeep?: OperationName;
  }
}

export interface SynckeepOptions {
  readonly server: SyncServer;
  /**
   * Where the operations stand: `/api/sync` and `/api/v1/sync` by default, those of administrators at `/api/admin` too; "/" for whatever no other
   * route takes.
   */
  readonly prefix?: string;
  /** Hears of what no answer can tell; the log of the instance by default. */
  readonly log?: Log;
}

/**
 * Binds a server to Fastify, as a plugin that changes nothing outside of itself. Each operation is a route, with its name
 * in `config.synckeep`; hooks of the host run, and then the core writes every status, header and byte.
 * @throws TypeError when there is no server, for a prefix with parameters, and over HTTP/2
 */
export const synckeep: FastifyPluginAsync<SynckeepOptions> = async (fastify, options) => {
  const { server, log = fastify.log } = options;
  if (typeof server?.dispatch !== 'function')
    throw new TypeError('synckeep: give the server that createSyncServer made, as { server }.');
  if (fastify.initialConfig.http2)
    throw new TypeError('synckeep: HTTP/2 is not supported; let a proxy speak it, and HTTP/1.1 to this server.');
  if (/[:*]/.test(fastify.prefix))
    throw new TypeError(`synckeep: the prefix "${fastify.prefix}" has parameters; register it under a fixed path.`);

  const places = options.prefix === undefined ? prefixes : [''];
  const adminPlaces = options.prefix === undefined ? [adminPrefix] : [];
  const toWhole = (place: string) => fastify.prefix + place;
  const mount = createMount(places.map(toWhole), adminPlaces.map(toWhole));
  const answer = takeOver(fastify, server, mount, log);

  // Else closing would wait for every open stream.
  fastify.addHook('preClose', async () => server.endStreams());
  offerRescue(fastify, (request, reply) => {
    const target = mount(request.raw.url ?? '/');
    if (target !== null) answer(request, reply);
    return target !== null;
  });

  // The core has origins and rate limits of its own: so @fastify/cors and @fastify/rate-limit are told to leave a route alone.
  const config: FastifyContextConfig & { cors: false; rateLimit: false } = { cors: false, rateLimit: false };
  const route = {
    exposeHeadRoute: false,
    config,
    logSerializers: { req: toLogged },
    handler: answer,
  };
  const addOperations = (place: string, names: readonly OperationName[]): void => {
    for (const name of names) {
      const { method, path } = operations[name];
      const url = place + path.replace(/\{(\w+)\}/g, ':$1');
      fastify.route({ ...route, method, url, config: { ...config, synckeep: name } });
    }
  };
  // The routes of a blob store, and whatever the core refuses.
  const addRest = (place: string): void => {
    const method = [...fastify.supportedMethods];
    fastify.route({ ...route, method, url: `${place}/*` });
    if (toWhole(place).replace('/', '') !== '') fastify.route({ ...route, method, url: place });
  };
  for (const place of places) {
    addOperations(place, operationNames);
    addRest(place);
  }
  for (const place of adminPlaces) {
    addOperations(
      place,
      operationNames.filter((name) => operations[name].path.startsWith('/admin/')),
    );
    addRest(`${place}/admin`);
  }
};
