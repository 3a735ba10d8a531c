import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { createStage, origin, password, redirect } from './oauth-stage.js';

describe('an app that sends its user to the browser', () => {
  it('gets a code for the state it sent, and a token for the code [P-110, P-113]', async () => {
    const { allow, exchange, user, app, isGood } = await createStage();
    const { answer, code, verifier } = await allow();
    expect(answer.origin + answer.pathname).toBe(redirect);
    expect(Object.fromEntries(answer.searchParams)).toEqual({ code, state: 'some state', iss: origin });
    const { status, body, headers } = await exchange(code, verifier);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 7 * 24 * 60 * 60,
      scope: 'sync',
      user_id: user.id,
      app_id: app.id,
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await isGood(body.access_token)).toBe(true);
  });

  it('gets the same kind of token as a direct login [P-113]', async () => {
    const { obtain, accounts, user, apiKey, app } = await createStage();
    const { access_token: token } = await obtain({ key: 'device-7' });
    const direct = await accounts.login.login({
      email: user.email,
      password,
      apiKey,
      key: 'device-7',
      code: null,
      address: null,
    });
    expect(decodeProtectedHeader(token)).toEqual(decodeProtectedHeader(direct.token));
    const claims = decodeJwt(token);
    expect(Object.keys(claims)).toEqual(expect.arrayContaining(Object.keys(decodeJwt(direct.token))));
    expect(claims).toMatchObject({ sub: user.id, app: app.id, key: 'device-7', ugen: 1, kgen: 1, iss: 'synckeep' });
    expect(claims).not.toHaveProperty('client_id');
  });

  it('can renew that token like any other [P-15]', async () => {
    const { obtain, accounts, isGood } = await createStage();
    const { access_token: token } = await obtain();
    const identity = await accounts.authenticator.authenticate(token);
    if (identity === null) throw new Error('refused');
    expect((await accounts.login.renew(token, identity)).token).toBe(token);
    await accounts.login.endSessions([identity.session ?? '']);
    expect(await isGood(token)).toBe(false);
  });

  it('may send JSON to the token endpoint [P-113]', async () => {
    const { allow, call, apiKey, isGood } = await createStage();
    const { code, verifier } = await allow();
    const fields = {
      grant_type: 'authorization_code',
      client_id: apiKey,
      code,
      code_verifier: verifier,
      redirect_uri: redirect,
    };
    const headers = { 'content-type': 'application/json' };
    const response = await call('/oauth/token', { method: 'POST', headers, body: JSON.stringify(fields) });
    expect(response.status).toBe(200);
    expect(await isGood(JSON.parse(await response.text()).access_token)).toBe(true);
    for (const body of ['[]', '{"grant_type":["a"]}', '{', '"x"']) {
      const refused = await call('/oauth/token', { method: 'POST', headers, body });
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error: 'invalid_request' });
    }
  });

  it('asks with openid and is treated as plain OAuth2 [P-110]', async () => {
    const { allow, exchange } = await createStage();
    const { code, verifier } = await allow({ scope: 'openid profile offline_access', nonce: 'n', max_age: '0' });
    const { body } = await exchange(code, verifier);
    expect(body).not.toHaveProperty('id_token');
    expect(body).toMatchObject({ scope: 'sync', refresh_token: expect.any(String) });
  });

  it('is told what the server can do, wherever it stands', async () => {
    const publicUrl = 'https://example.org/sync';
    const { call } = await createStage({}, publicUrl);
    const places = [
      `${publicUrl}/.well-known/openid-configuration`,
      `${publicUrl}/.well-known/oauth-authorization-server`,
      'https://example.org/.well-known/oauth-authorization-server/sync',
    ];
    for (const place of places) {
      const response = await call(place, { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } });
      expect(await response.json()).toMatchObject({
        issuer: publicUrl,
        authorization_endpoint: `${publicUrl}/oauth/authorize`,
        token_endpoint: `${publicUrl}/oauth/token`,
        revocation_endpoint: `${publicUrl}/oauth/revoke`,
        userinfo_endpoint: `${publicUrl}/oauth/userinfo`,
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
      });
    }
  });

  it('works below a path, with cookies that stay there', async () => {
    const publicUrl = 'https://example.org/sync';
    const { allow, exchange, openBrowser, isGood } = await createStage({}, publicUrl);
    const browser = openBrowser();
    const { code, verifier } = await allow({}, browser);
    const { body } = await exchange(code, verifier);
    expect(await isGood(body.access_token)).toBe(true);
    for (const { path } of browser.jar.values()) expect(path).toMatch(/^\/sync/);
  });

  it('learns who the user is [P-116]', async () => {
    const { obtain, call, user, apps, app, accounts } = await createStage();
    const { access_token: token } = await obtain();
    const ask = (authorization: string, origin?: string) =>
      call('/oauth/userinfo', { headers: { authorization, ...(origin && { origin }) } });
    const response = await ask(`Bearer ${token}`);
    expect(await response.json()).toEqual({
      sub: user.id,
      user_id: user.id,
      username: user.email,
      display_name: null,
      avatar_url: null,
      email: user.email,
      perks: [],
    });
    await apps.update(app.id, { origins: ['https://notes.example.org'] });
    const allowed = await ask(`Bearer ${token}`, 'https://notes.example.org');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://notes.example.org');
    const foreign = await ask(`Bearer ${token}`, 'https://evil.example');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    for (const wrong of ['', 'Bearer', 'Bearer x', `Basic ${token}`]) expect((await ask(wrong)).status).toBe(401);
    await accounts.users.revokeTokens(user.id);
    expect((await ask(`Bearer ${token}`)).status).toBe(401);
  });

  it('is told so when the user refuses, and nobody is logged in', async () => {
    const { openBrowser, logIn, toAuthorizeUrl, createVerifier, records, user } = await createStage();
    const browser = openBrowser();
    const url = toAuthorizeUrl(createVerifier());
    const login = await browser.get(url);
    const cancelled = new URL((await browser.post(login.url, { action: 'cancel' })).url);
    expect(cancelled.origin + cancelled.pathname).toBe(redirect);
    expect(Object.fromEntries(cancelled.searchParams)).toMatchObject({ error: 'access_denied', state: 'some state' });
    const consent = await logIn(browser, url);
    const refused = new URL((await browser.post(consent.url, { action: 'cancel' })).url);
    expect(refused.searchParams.get('error')).toBe('access_denied');
    expect(await records.find('session', 'user', user.id, { after: null, limit: 10 })).toEqual([]);
  });
});
