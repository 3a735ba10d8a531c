import { createHash, randomBytes } from 'node:crypto';
import { type AccountsOptions, createAccounts, removeAppSessions } from '@synckeep/accounts';
import { createOAuth } from '@synckeep/accounts/oauth';
import { createPages } from '@synckeep/accounts/pages';
import { createAppAdministration, type LogFields, systemClock, systemRandom } from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { readCookies } from '../../src/pages/cookies.js';
import { createCountingHasher, createSecret } from '../accounts-fixture.js';

export const origin = 'https://sync.example.org';
export const redirect = 'http://127.0.0.1:49152/callback';
export const password = 'correct horse';

export const toChallenge = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

type Fields = Readonly<Record<string, string | undefined>>;

const toParams = (fields: Fields): URLSearchParams => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) params.set(name, value);
  return params;
};

/** A server with OAuth2 in memory, reached as a `fetch` handler: an app, a user, and as many browsers as are wanted. */
export const createStage = async (overrides: Partial<AccountsOptions> = {}, publicUrl = origin) => {
  const { records } = createMemoryStorage();
  const logged: LogFields[] = [];
  const keep = (fields: LogFields, message: string) => void logged.push({ ...fields, message });
  const parts = { records, notifier: createMemoryNotifier(), clock: systemClock, random: systemRandom };
  const apps = createAppAdministration(parts);
  const accounts = createAccounts({
    ...parts,
    apps,
    secrets: { list: () => secrets },
    rateLimiter: 'off',
    log: { debug: keep, info: keep, warn: keep, error: keep },
    passwordHasher: createCountingHasher().hasher,
    ...overrides,
  });
  const secrets = [createSecret('first')];
  const section = createOAuth({ accounts });
  const pages = createPages({
    publicUrl: () => publicUrl,
    sections: [section],
    random: systemRandom,
    log: { debug: keep, info: keep, warn: keep, error: keep },
  });
  const handle = createFetchHandler(pages);
  const { app, apiKey } = await apps.create({ name: 'Notes' });
  const user = await accounts.users.create('alice@example.com', password);

  const call = (path: string, init: RequestInit = {}) =>
    handle(new Request(path.startsWith('http') ? path : publicUrl + path, init));

  /** A browser with its cookies. It follows redirects on this server and stops where one leads elsewhere. */
  const openBrowser = () => {
    const jar = new Map<string, { readonly value: string; readonly path: string }>();
    const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
      const { pathname } = new URL(url);
      const mine = [...jar].filter(([, { path }]) => pathname.startsWith(path));
      const cookie = mine.map(([key, { value }]) => `${key.split('@')[0]}=${value}`).join('; ');
      const response = await call(url, { ...init, headers: { ...init.headers, cookie } });
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = [...readCookies(line.split(';')[0])][0] ?? [];
        const path = /path=([^;]*)/i.exec(line)?.[1] ?? '/';
        if (value === '' || /max-age=0/i.test(line)) jar.delete(`${name}@${path}`);
        else jar.set(`${name}@${path}`, { value, path });
      }
      return response;
    };
    const follow = async (response: Response): Promise<{ response: Response; url: string; text: string }> => {
      let at = response;
      let url = '';
      for (let hops = 0; hops < 10; hops += 1) {
        const location = at.headers.get('location');
        if (location === null) return { response: at, url, text: await at.text() };
        url = new URL(location, publicUrl).href;
        if (!url.startsWith(new URL(publicUrl).origin)) return { response: at, url, text: '' };
        at = await send(url);
      }
      throw new Error('Too many redirects.');
    };
    return {
      jar,
      get: async (url: string) => {
        const { url: landed, ...page } = await follow(await send(url));
        return { ...page, url: landed === '' ? url : landed };
      },
      /** Sends a form of the page at `url`. */
      post: async (
        url: string,
        fields: Fields,
        headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
      ) => {
        const { url: landed, ...page } = await follow(
          await send(url, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
            body: toParams(fields).toString(),
          }),
        );
        return { ...page, url: landed === '' ? url : landed };
      },
    };
  };

  const toAuthorizeUrl = (verifier: string, fields: Fields = {}): string =>
    `${publicUrl}/oauth/authorize?${toParams({
      response_type: 'code',
      client_id: apiKey,
      redirect_uri: redirect,
      state: 'some state',
      code_challenge: toChallenge(verifier),
      code_challenge_method: 'S256',
      ...fields,
    })}`;

  const createVerifier = (): string => randomBytes(32).toString('base64url');

  const logIn = async (browser: ReturnType<typeof openBrowser>, url: string, fields: Fields = {}) => {
    const page = await browser.get(url);
    return browser.post(page.url, { action: 'login', email: user.email, password, ...fields });
  };

  /** The whole way of a person: password, consent, and back with a code. */
  const allow = async (fields: Fields = {}, browser = openBrowser()) => {
    const verifier = createVerifier();
    const consent = await logIn(browser, toAuthorizeUrl(verifier, fields));
    const { url } = await browser.post(consent.url, { action: 'allow' });
    const answer = new URL(url);
    return { verifier, answer, code: answer.searchParams.get('code') ?? '' };
  };

  const post = async (path: string, fields: Fields, headers: Readonly<Record<string, string>> = {}) => {
    const response = await call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: toParams(fields).toString(),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };

  const exchange = (code: string, verifier: string, fields: Fields = {}) =>
    post('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: apiKey,
      code,
      code_verifier: verifier,
      redirect_uri: redirect,
      ...fields,
    });

  const refresh = (refreshToken: string, fields: Fields = {}) =>
    post('/oauth/token', { grant_type: 'refresh_token', client_id: apiKey, refresh_token: refreshToken, ...fields });

  /** Tokens of a new login. */
  const obtain = async (fields: Fields = {}) => {
    const { code, verifier } = await allow(fields);
    return (await exchange(code, verifier)).body;
  };

  const isGood = async (token: string): Promise<boolean> => (await accounts.authenticator.authenticate(token)) !== null;

  return {
    ...{ accounts, apps, app, apiKey, user, records, secrets, logged, pages, call, post },
    ...{ openBrowser, toAuthorizeUrl, createVerifier, logIn, allow, exchange, refresh, obtain, isGood },
    eraseApp: () => removeAppSessions(records, systemClock, app.id),
    all: async () => records.all(null, 10_000),
  };
};

export type Stage = Awaited<ReturnType<typeof createStage>>;
