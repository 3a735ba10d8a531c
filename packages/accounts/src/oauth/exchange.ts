import type { IncomingMessage, RequestListener } from 'node:http';
import type { Answer } from '@synckeep/core';
import inject from 'light-my-request';
import type { Place } from '../pages/place.js';
import type { EdgeRequest } from './edge.js';

/** What is known of a request beside what it says: for the hooks of the library, which see the raw request. */
const keyGenerationByRequest = new WeakMap<IncomingMessage, number>();

/** Generation of the API key that a request came with; 0, which no key has, without one. */
export const keyGenerationOf = (request: IncomingMessage): number => keyGenerationByRequest.get(request) ?? 0;

/** Of the connection, which is somebody else's. */
const hopByHop = new Set(['connection', 'date', 'keep-alive', 'content-length', 'transfer-encoding', 'set-cookie']);

const methods = ['GET', 'HEAD', 'POST', 'OPTIONS'] as const;

/** Lets the library answer a request that was never on a socket of its own. */
export const exchange = async (listener: RequestListener, request: EdgeRequest, place: Place): Promise<Answer> => {
  const { base, origin } = place;
  const response = await inject(
    (incoming, outgoing) => {
      if (request.keyGeneration !== null) keyGenerationByRequest.set(incoming, request.keyGeneration);
      // Paths of cookies and URLs are made from it.
      Object.assign(incoming, { originalUrl: base + request.url });
      listener(incoming, outgoing);
    },
    {
      method: methods.find((method) => method === request.method) ?? 'OPTIONS',
      url: request.url,
      // Where the server is says the configuration, and no header of the client.
      headers: {
        ...request.headers,
        host: new URL(origin).host,
        'x-forwarded-proto': place.isSecure ? 'https' : 'http',
      },
      ...(request.body === '' ? {} : { payload: request.body }),
    },
  );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && !hopByHop.has(name)) headers[name] = String(value);
  }
  return {
    status: response.statusCode,
    headers,
    cookies: [response.headers['set-cookie'] ?? []].flat(),
    body: response.payload === '' ? null : response.payload,
  };
};
