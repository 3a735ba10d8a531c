import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { logInByLoopback } from '../../src/auth/loopback.js';
import { createOAuth } from '../../src/auth/oauth.js';
import { createSession, readClaims } from '../../src/auth/session.js';
import { createMemoryLocalState, createMemoryLocalStore } from '../../src/store/memory-store.js';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const jwt = (iat: number, exp: number): string =>
  `${base64url('{}')}.${base64url(JSON.stringify({ iat, exp }))}.signature`;

/** The token endpoint of section 4 of the contract, with a code for each challenge and refresh tokens that work once. */
const createTokenEndpoint = () => {
  const challengesByCode = new Map<string, { challenge: string; redirectUri: string }>();
  const refreshTokens = new Set<string>();
  let count = 0;
  const answer = () => {
    count += 1;
    refreshTokens.add(`refresh${count}`);
    const tokens = {
      access_token: `token${count}`,
      token_type: 'Bearer',
      expires_in: 60,
      refresh_token: `refresh${count}`,
    };
    return Response.json({ ...tokens, user_id: 'alice', app_id: 'notes' });
  };
  return {
    /** What the login page does: @returns where it sends the browser */
    authorize(url: string, isGranted = true): string {
      const query = new URL(url).searchParams;
      const redirectUri = query.get('redirect_uri') ?? '';
      const state = query.get('state') ?? '';
      if (!isGranted) return `${redirectUri}?error=access_denied&state=${state}`;
      expect(query.get('code_challenge_method')).toBe('S256');
      const code = `code${challengesByCode.size}`;
      challengesByCode.set(code, { challenge: query.get('code_challenge') ?? '', redirectUri });
      return `${redirectUri}?code=${code}&state=${state}`;
    },
    async fetch(_: unknown, init?: RequestInit): Promise<Response> {
      const form = new URLSearchParams(String(init?.body));
      if (form.get('grant_type') === 'refresh_token') {
        return refreshTokens.delete(form.get('refresh_token') ?? '')
          ? answer()
          : Response.json({ error: 'invalid_grant' }, { status: 400 });
      }
      const begun = challengesByCode.get(form.get('code') ?? '');
      challengesByCode.delete(form.get('code') ?? '');
      const proof = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const isRight = begun?.challenge === proof && begun.redirectUri === form.get('redirect_uri');
      return isRight ? answer() : Response.json({ error: 'invalid_grant' }, { status: 400 });
    },
  };
};

const open = () => {
  const endpoint = createTokenEndpoint();
  return { endpoint, oauth: createOAuth({ url: 'http://synckeep.test/oauth', apiKey: 'sk_1', fetch: endpoint.fetch }) };
};

const signal = new AbortController().signal;

test('a login through the browser proves the verifier of its challenge', async () => {
  const { endpoint, oauth } = open();
  const { url, pending } = await oauth.begin('http://127.0.0.1:1/callback');
  const answer = new URL(endpoint.authorize(url)).searchParams;
  await expect(oauth.finish(answer, { ...pending, verifier: 'stolen code' })).rejects.toMatchObject({
    code: 'invalid_token',
  });
  const again = await oauth.begin('http://127.0.0.1:1/callback');
  const tokens = await oauth.finish(new URL(endpoint.authorize(again.url)).searchParams, again.pending);
  expect(tokens).toEqual({ token: 'token1', userId: 'alice', appId: 'notes', refreshToken: 'refresh1' });
});

test('an answer of another login and a refusal are told apart', async () => {
  const { endpoint, oauth } = open();
  const { url, pending } = await oauth.begin('http://127.0.0.1:1/callback');
  const foreign = new URLSearchParams({ code: 'code', state: 'foreign' });
  await expect(oauth.finish(foreign, pending)).rejects.toMatchObject({ code: 'login_failed' });
  const refused = new URL(endpoint.authorize(url, false)).searchParams;
  await expect(oauth.finish(refused, pending)).rejects.toMatchObject({ code: 'login_canceled' });
});

test('the loopback listener takes the answer of its own login alone, and then is gone', async () => {
  const { endpoint, oauth } = open();
  let redirect = '';
  const tokens = await logInByLoopback(oauth, {
    async open(url) {
      redirect = endpoint.authorize(url);
      expect((await fetch(redirect.replace(/state=.*/, 'state=foreign'))).status).toBe(404);
      expect((await fetch(redirect)).status).toBe(200);
    },
  });
  expect(tokens.token).toBe('token1');
  await expect(fetch(redirect)).rejects.toThrow();
});

test('a loopback login can be given up', async () => {
  const leave = new AbortController();
  const login = logInByLoopback(open().oauth, { open: () => leave.abort(), signal: leave.signal });
  await expect(login).rejects.toMatchObject({ code: 'login_canceled' });
});

test('a session is renewed with its refresh token, restored at the next start, and ends when that is refused', async () => {
  const { endpoint, oauth } = open();
  const state = createMemoryLocalState();
  const openSession = () =>
    createSession({
      store: createMemoryLocalStore(state),
      oauth,
      apiKey: 'sk_1',
      now: Date.now,
      call: async () => {
        throw new Error('The API is not called.');
      },
    });
  const session = openSession();
  const { url, pending } = await oauth.begin('http://127.0.0.1:1/callback');
  await session.adopt(await oauth.finish(new URL(endpoint.authorize(url)).searchParams, pending));
  expect(await session.renew(signal)).toBe(true);
  expect(session.token()).toBe('token2');

  const restored = openSession();
  await restored.restore();
  expect(restored.account).toEqual({ userId: 'alice', appId: 'notes' });
  expect(await restored.renew(signal)).toBe(true);
  // The other window finds the token that this one got.
  expect(await session.renew(signal)).toBe(true);
  expect(session.token()).toBe('token3');

  await oauth.refresh('refresh3', signal);
  expect(await session.renew(signal)).toBe(false);
  await session.logOut();
  expect(session.account).toBeNull();
});

test('a token is due for renewal in the second half of its life [P-15]', async () => {
  const { oauth } = open();
  let now = 0;
  const call = async (): Promise<never> => {
    throw new Error('The API is not called.');
  };
  const session = createSession({
    store: createMemoryLocalStore(),
    oauth,
    apiKey: 'sk_1',
    now: () => now * 1000,
    call,
  });
  await session.adopt({ token: jwt(100, 300), userId: 'alice', appId: 'notes', refreshToken: null });
  now = 199;
  expect(session.isDue()).toBe(false);
  now = 201;
  expect(session.isDue()).toBe(true);
  expect(readClaims('no JWT')).toBeNull();
  expect(readClaims('a.!!.c')).toBeNull();
});
