import type { Log } from '@synckeep/core';
import type { FastifyRequest } from 'fastify';

/** The client's address as the host's `trustProxy` says; warns once of a forwarded header that does not count. */
export const createClientAddress = (log: Log): ((request: FastifyRequest) => string) => {
  let isWarned = false;
  return (request) => {
    const isTrusting = request.ips !== undefined;
    if (!isTrusting && !isWarned && request.headers['x-forwarded-for'] !== undefined) {
      isWarned = true;
      log.warn({ peer: request.ip }, 'X-Forwarded-For is ignored, because Fastify was made without trustProxy.');
    }
    return request.ip;
  };
};
