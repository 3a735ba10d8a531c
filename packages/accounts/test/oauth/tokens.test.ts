import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCountingLimiter } from '../accounts-fixture.js';
import { createStage } from './oauth-stage.js';

afterEach(() => vi.useRealTimers());

const day = 24 * 60 * 60 * 1000;
const refused = { status: 400, body: { error: 'invalid_grant' } };
const freeze = () => vi.useFakeTimers({ toFake: ['Date'] });
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

describe('a refresh token', () => {
  it('is given when offline_access is asked for, and only then [P-115]', async () => {
    const { obtain } = await createStage();
    expect(await obtain()).not.toHaveProperty('refresh_token');
    expect(await obtain({ scope: 'offline_access' })).toHaveProperty('refresh_token');
  });

  it('brings a new token of the same login and a new refresh token [P-115]', async () => {
    const { obtain, refresh, isGood, user, app } = await createStage();
    const first = await obtain({ scope: 'offline_access', key: 'device-7' });
    const { status, body } = await refresh(first.refresh_token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', user_id: user.id, app_id: app.id });
    expect(body.refresh_token).not.toBe(first.refresh_token);
    const { sid } = decodeJwt(first.access_token);
    expect(decodeJwt(body.access_token)).toMatchObject({ sid, key: 'device-7' });
    expect(await isGood(first.access_token)).toBe(true);
    expect(await isGood(body.access_token)).toBe(true);
  });

  it('ends the login when it is used again [P-115]', async () => {
    freeze();
    const { obtain, refresh, isGood } = await createStage();
    const first = await obtain({ scope: 'offline_access' });
    const { body: second } = await refresh(first.refresh_token);
    pass(31_000);
    expect(await refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isGood(first.access_token)).toBe(false);
    expect(await isGood(second.access_token)).toBe(false);
    expect(await refresh(second.refresh_token)).toMatchObject(refused);
  });

  it('may be used again within 30 seconds, by an app that lost the answer [P-115]', async () => {
    freeze();
    const { obtain, refresh, isGood } = await createStage();
    const first = await obtain({ scope: 'offline_access' });
    await refresh(first.refresh_token);
    pass(29_000);
    const { status, body } = await refresh(first.refresh_token);
    expect(status).toBe(200);
    expect(await isGood(body.access_token)).toBe(true);
    // Counted from the first use: it cannot be kept alive so.
    pass(2_000);
    expect(await refresh(first.refresh_token)).toMatchObject(refused);
    expect(await isGood(body.access_token)).toBe(false);
  });

  it('ends one login and no other of the same browser [P-115]', async () => {
    freeze();
    const { allow, exchange, refresh, isGood, openBrowser } = await createStage();
    const browser = openBrowser();
    const logins = [];
    for (let count = 0; count < 2; count += 1) {
      const { code, verifier } = await allow({ scope: 'offline_access', prompt: 'login' }, browser);
      logins.push((await exchange(code, verifier)).body);
    }
    const [one, two] = logins;
    await refresh(one.refresh_token);
    pass(60_000);
    await refresh(one.refresh_token);
    expect(await isGood(one.access_token)).toBe(false);
    expect(await isGood(two.access_token)).toBe(true);
    expect((await refresh(two.refresh_token)).status).toBe(200);
  });

  it('works for 90 days, and for 400 with one use after the other [P-115]', async () => {
    freeze();
    const { obtain, refresh, isGood } = await createStage();
    let token = (await obtain({ scope: 'offline_access' })).refresh_token;
    for (let days = 0; days < 356; days += 89) {
      pass(89 * day);
      const { status, body } = await refresh(token);
      expect(status).toBe(200);
      expect(await isGood(body.access_token)).toBe(true);
      token = body.refresh_token;
    }
    pass(40 * day);
    const last = await refresh(token);
    // No token outlives its login.
    expect(last.body.expires_in).toBeLessThanOrEqual(4 * 24 * 60 * 60);
    pass(5 * day);
    expect(await isGood(last.body.access_token)).toBe(false);
    expect(await refresh(last.body.refresh_token)).toMatchObject(refused);
  });

  it('is worthless after 90 days without use [P-115]', async () => {
    freeze();
    const { obtain, refresh } = await createStage();
    const { refresh_token: token } = await obtain({ scope: 'offline_access' });
    pass(90 * day + 1000);
    expect(await refresh(token)).toMatchObject(refused);
  });

  it('is still good when the access token was renewed the other way [P-15, P-115]', async () => {
    freeze();
    const { obtain, refresh, accounts } = await createStage();
    const { access_token: access, refresh_token: token } = await obtain({ scope: 'offline_access' });
    pass(4 * day);
    const identity = await accounts.authenticator.authenticate(access);
    if (identity === null) throw new Error('refused');
    await accounts.login.renew(access, identity);
    pass(30 * day);
    expect((await refresh(token)).status).toBe(200);
  });

  it('belongs to one app [P-115]', async () => {
    const { obtain, refresh, apps } = await createStage();
    const { apiKey } = await apps.create({ name: 'Other' });
    const { refresh_token: token } = await obtain({ scope: 'offline_access' });
    expect(await refresh(token, { client_id: apiKey })).toMatchObject(refused);
    expect((await refresh(token)).status).toBe(200);
  });

  it('survives a new API key, and its tokens then stand under the new one [P-91, P-111]', async () => {
    const { obtain, refresh, apps, app, isGood } = await createStage();
    const first = await obtain({ scope: 'offline_access' });
    const rotated = await apps.rotateKey(app.id);
    expect((await refresh(first.refresh_token)).status).toBe(401);
    const { status, body } = await refresh(first.refresh_token, { client_id: rotated?.apiKey });
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ kgen: 2 });
    expect(await isGood(body.access_token)).toBe(true);
  });

  it.each(['the user is disabled', 'the tokens of the user are revoked', 'the session is ended'])(
    'is worthless when %s [P-115]',
    async (what) => {
      const { obtain, refresh, accounts, user } = await createStage();
      const { access_token: access, refresh_token: token } = await obtain({ scope: 'offline_access' });
      if (what === 'the user is disabled') await accounts.users.disable(user.id);
      else if (what === 'the session is ended') await accounts.login.endSessions([String(decodeJwt(access)['sid'])]);
      else await accounts.users.revokeTokens(user.id);
      expect(await refresh(token)).toMatchObject({ status: 400 });
    },
  );
});

describe('signing out', () => {
  it('ends the login of a refresh token, with every token of it [P-117]', async () => {
    const { obtain, post, apiKey, isGood, refresh } = await createStage();
    const one = await obtain({ scope: 'offline_access' });
    const other = await obtain({ scope: 'offline_access' });
    expect((await post('/oauth/revoke', { client_id: apiKey, token: one.refresh_token })).status).toBe(200);
    expect(await isGood(one.access_token)).toBe(false);
    expect(await refresh(one.refresh_token)).toMatchObject(refused);
    expect(await isGood(other.access_token)).toBe(true);
  });

  it('ends the login of an access token just so [P-117]', async () => {
    const { obtain, post, apiKey, isGood, refresh } = await createStage();
    const { access_token: access, refresh_token: token } = await obtain({ scope: 'offline_access' });
    const form = { client_id: apiKey, token: access, token_type_hint: 'access_token' };
    expect((await post('/oauth/revoke', form)).status).toBe(200);
    expect(await isGood(access)).toBe(false);
    expect(await refresh(token)).toMatchObject(refused);
  });

  it('does nothing to the tokens of another app, nor for one that is no token [P-117]', async () => {
    const { obtain, post, apps, isGood, refresh } = await createStage();
    const { apiKey } = await apps.create({ name: 'Other' });
    const { access_token: access, refresh_token: token } = await obtain({ scope: 'offline_access' });
    for (const revoked of [access, token, 'nothing'])
      await post('/oauth/revoke', { client_id: apiKey, token: revoked });
    expect(await isGood(access)).toBe(true);
    expect((await refresh(token)).status).toBe(200);
    expect((await post('/oauth/revoke', { client_id: 'sk_unknown', token: access })).status).toBe(401);
    expect(await isGood(access)).toBe(true);
  });
});

describe('the end of a login', () => {
  it('stands in the audit log once, by whom and of which app [P-117]', async () => {
    freeze();
    const { obtain, post, refresh, apiKey, all, user, app } = await createStage();
    const rows = async () => (await all()).filter(({ value }) => JSON.stringify(value).includes('"login.end"'));
    const one = await obtain({ scope: 'offline_access' });
    await Promise.all([1, 2, 3].map(() => post('/oauth/revoke', { client_id: apiKey, token: one.refresh_token })));
    expect(await rows()).toHaveLength(1);
    const two = await obtain({ scope: 'offline_access' });
    await refresh(two.refresh_token);
    pass(31_000);
    await refresh(two.refresh_token);
    expect(await rows()).toHaveLength(2);
    for (const { value } of await rows()) expect(value).toMatchObject({ appId: app.id, subject: { id: user.id } });
  });
});

describe('the token endpoint', () => {
  it('is read by pages of the origins of the app [P-8, P-113]', async () => {
    const { allow, exchange, apps, app, call } = await createStage();
    await apps.update(app.id, { origins: ['https://notes.example.org'] });
    const preflight = await call('/oauth/token', {
      method: 'OPTIONS',
      headers: { origin: 'https://notes.example.org', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://notes.example.org');
    const { code, verifier } = await allow();
    const withOrigin = async (origin: string) => {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: '',
        code,
        code_verifier: verifier,
      });
      return call('/oauth/token', { method: 'POST', headers: { origin }, body });
    };
    expect((await withOrigin('https://evil.example')).status).toBeGreaterThanOrEqual(400);
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  it('is limited by address, and says how long to wait [P-6]', async () => {
    const { refresh } = await createStage({ rateLimiter: createCountingLimiter() });
    const answers = [];
    for (let count = 0; count < 11; count += 1) answers.push(await refresh('nothing'));
    expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(400));
    expect(answers[10]).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
    expect(Number(answers[10]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('answers in JSON whatever was asked for, and refuses other methods and paths', async () => {
    const { call, post } = await createStage();
    const { headers, body } = await post('/oauth/token', { grant_type: 'password' }, { accept: 'text/html' });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toHaveProperty('error');
    expect((await call('/oauth/token')).status).toBeGreaterThanOrEqual(400);
    for (const path of ['nothing', 'logout', 'logout/confirm']) expect((await call(`/oauth/${path}`)).status).toBe(404);
    expect((await call('/oauth/logout/confirm', { method: 'POST', body: new URLSearchParams() })).status).toBe(404);
    expect((await call('/oauth/authorize', { method: 'POST', body: new URLSearchParams() })).status).toBe(404);
    expect((await call('/oauth/authorize', { method: 'DELETE' })).status).toBeGreaterThanOrEqual(400);
  });
});
