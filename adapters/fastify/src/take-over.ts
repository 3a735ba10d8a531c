import { Readable } from 'node:stream';
import { type Dispatcher, type Log, type Mount, nowhere } from '@synckeep/core';
import { createNodeResponder } from '@synckeep/node-http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createClientAddress } from './client-address.js';

/** The refusals of Fastify that come before a handler and are about a body. The core has its own. */
const isBodyRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^FST_ERR_(?:CTP|ROUTE_MISSING_CONTENT_TYPE)/.test(String(error.code));

/** A request as it is logged. Keys, signatures and tickets stand in the query. */
export const toLogged = (request: FastifyRequest) => ({
  method: request.method,
  url: request.url.split('?', 1)[0],
  host: request.host,
  remoteAddress: request.ip,
  remotePort: request.socket.remotePort,
});

/**
 * Lets the server read the bodies and write the answers of an encapsulated instance.
 * @returns the handler of its routes
 */
export const takeOver = (fastify: FastifyInstance, server: Dispatcher, mount: Mount, log: Log) => {
  const addressOf = createClientAddress(log);
  const respond = createNodeResponder(server, log);

  const answer = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    respond({
      request: request.raw,
      response: reply.raw,
      target: mount(request.raw.url ?? '/') ?? nowhere,
      address: addressOf(request),
      ...(request.body instanceof Readable && { content: request.body }),
    });
  };

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  fastify.setErrorHandler((error, request, reply) => {
    if (!isBodyRefusal(error)) throw error;
    answer(request, reply);
  });
  return answer;
};
