import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createAccounts } from '@synckeep/accounts';
import { createOAuth } from '@synckeep/accounts/oauth';
import { createPages } from '@synckeep/accounts/pages';
import { createAppAdministration, silentLog, systemClock, systemRandom } from '@synckeep/core';
import { createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createNodeHandler } from '@synckeep/node-http';
import { Secret, TOTP } from 'otpauth';

export const password = 'correct horse battery staple';

export const portOf = (server: Server): number => {
  const listening = server.address();
  return typeof listening === 'object' && listening !== null ? listening.port : 0;
};

/** What a native app listens with for its answer. */
export const openLoopback = async (host = '127.0.0.1') => {
  const answers: URL[] = [];
  const waiting: ((url: URL) => void)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    response.setHeader('content-type', 'text/html').end('<title>Back in the app</title><p>You can close this window.');
    if (url.pathname !== '/callback') return;
    const resolve = waiting.shift();
    if (resolve) resolve(url);
    else answers.push(url);
  }).listen(0, host);
  await once(server, 'listening');
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    redirect: `http://${bracketed}:${portOf(server)}/callback`,
    answer: (): Promise<URL> => {
      const [url] = answers.splice(0, 1);
      return url ? Promise.resolve(url) : new Promise((resolve) => waiting.push(resolve));
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** A server with OAuth2 in memory, behind a real socket. */
export const openStage = async () => {
  const { records } = createMemoryStorage();
  const parts = { records, notifier: createMemoryNotifier(), clock: systemClock, random: systemRandom };
  const apps = createAppAdministration(parts);
  const secret = { id: 'first', bytes: systemRandom.bytes(32) };
  const accounts = createAccounts({
    ...parts,
    apps,
    secrets: { list: () => [secret] },
    rateLimiter: 'off',
    log: silentLog,
  });
  let url = '';
  const sections = [
    createOAuth({ accounts, links: () => [{ href: '/account/forgot', label: 'Forgot your password?' }] }),
  ];
  const pages = createPages({ publicUrl: () => url, sections, random: systemRandom, log: silentLog });
  const http = createServer(createNodeHandler(pages)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `http://127.0.0.1:${portOf(http)}`;
  const { app, apiKey } = await apps.create({ name: 'Paper Trail' });
  const user = await accounts.users.create('ada@example.org', password);
  const careful = await accounts.users.create('grace@example.org', password);
  const { secret: shared } = await accounts.secondFactor.begin(careful.id);
  const totp = new TOTP({ secret: Secret.fromBase32(shared) });
  const recovery = await accounts.secondFactor.confirm(careful.id, totp.generate());

  return {
    ...{ url, apps, app, apiKey, accounts, user, careful, recovery: recovery ?? [] },
    /** The one of this moment may be used up; the next one is taken a step of time before. */
    nextCode: () => totp.generate({ timestamp: Date.now() + 30_000 }),
    toAuthorizeUrl: (redirect: string, more: Readonly<Record<string, string>> = {}): string =>
      `${url}/oauth/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: apiKey,
        redirect_uri: redirect,
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        scope: 'offline_access',
        ...more,
      })}`,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
};

export type Stage = Awaited<ReturnType<typeof openStage>>;
