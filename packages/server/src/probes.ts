import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log, SyncServer } from '@synckeep/core';

const answer = (request: IncomingMessage, response: ServerResponse, status: number, body: object): void => {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
};

/**
 * What a supervisor or a load balancer asks: `/health/live`, whether the process answers at all, and `/health/ready`,
 * whether to send it requests (P-193). @returns whether the request was one of them.
 */
export const createProbes = (server: Pick<SyncServer, 'readiness'>, log: Log) => {
  const answerReadiness = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { isReady, parts } = await server.readiness();
    answer(request, response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'unavailable', parts });
  };

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url?.replace(/\?.*$/s, '');
    if (path !== '/health/live' && path !== '/health/ready') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      answer(request, response, 405, { status: 'method_not_allowed' });
    } else if (path === '/health/live') {
      answer(request, response, 200, { status: 'ok' });
    } else {
      answerReadiness(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'A question for readiness failed.');
        answer(request, response, 503, { status: 'unavailable' });
      });
    }
    return true;
  };
};
