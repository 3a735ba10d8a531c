import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Answers a request that never reached a route. @returns false when it lies outside of the prefixes */
export type Rescue = (request: FastifyRequest, reply: FastifyReply) => boolean;

type FrameworkErrors = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void;

const rescuesByServer = new WeakMap<object, Rescue[]>();

/** Encapsulated instances share their HTTP server, and nothing else that is public. */
export const offerRescue = ({ server }: FastifyInstance, rescue: Rescue): void => {
  rescuesByServer.set(server, [...(rescuesByServer.get(server) ?? []), rescue]);
};

/**
 * The `frameworkErrors` of a host. Fastify refuses a path that is not valid percent-encoding before it looks for a route,
 * so no plugin hears of it; with this, below the prefixes of `synckeep`, it is answered like any other request.
 * @param otherwise what happens to all other paths; by default what Fastify does
 */
export const createFrameworkErrors =
  (otherwise: FrameworkErrors = (error, _request, reply) => void reply.send(error)): FrameworkErrors =>
  (error, request, reply) => {
    const rescues = rescuesByServer.get(request.server.server) ?? [];
    if (!rescues.some((rescue) => rescue(request, reply))) otherwise(error, request, reply);
  };
