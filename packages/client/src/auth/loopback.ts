import { createServer } from 'node:http';
import { ClientError } from '../client/client-error.js';
import type { OAuth, TokenAnswer } from './oauth.js';

export interface LoopbackOptions {
  /** Shows the address to the person, best by opening a browser. */
  readonly open: (url: string) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

const page = (sentence: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Synckeep</title><p>${sentence} You can close this window.</p>`;

/** Logs in through the person's browser, which comes back to a port of this machine that listens once. */
export const logInByLoopback = async (oauth: OAuth, { open, signal }: LoopbackOptions): Promise<TokenAnswer> => {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  try {
    const redirectUri = `http://127.0.0.1:${port}/callback`;
    const { url, pending } = await oauth.begin(redirectUri);
    const answer = new Promise<URLSearchParams>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new ClientError('login_canceled', 'The login was given up.')));
      server.on('request', (request, response) => {
        const target = new URL(request.url ?? '/', redirectUri);
        const isAnswer = target.pathname === '/callback' && target.searchParams.get('state') === pending.state;
        response.writeHead(isAnswer ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
        response.end(isAnswer ? page('The login has come back to the program.') : page('There is nothing here.'));
        if (isAnswer) resolve(target.searchParams);
      });
    });
    // Until it is awaited below, giving up must not count as unhandled.
    answer.catch(() => {});
    await open(url);
    return await oauth.finish(await answer, pending);
  } finally {
    server.close();
    server.closeAllConnections();
  }
};
