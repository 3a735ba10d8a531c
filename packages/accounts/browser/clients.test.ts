import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../server/test/api.js';
import {
  type Account,
  makeAccount,
  openProgram,
  type Program,
  password,
  type Serving,
} from '../../server/test/program.js';
import { describeInBrowser, openBrowser } from './chromium.js';
import { allow, signIn } from './sign-in.js';
import { openLoopback } from './stage.js';

describeInBrowser('a client that somebody else wrote, against synckeep serve', () => {
  let program: Program;
  let server: Serving;
  let account: Account;
  let folder: string;
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let loopback: Awaited<ReturnType<typeof openLoopback>>;
  beforeAll(async () => {
    program = await openProgram();
    folder = program.makeFolder();
    account = await makeAccount(program, folder, 'notes');
    [server, browser, loopback] = await Promise.all([program.serve(folder), openBrowser(), openLoopback()]);
  });
  afterAll(async () => {
    await browser?.close();
    loopback?.close();
    program?.close();
  });

  /** What a person does, from the URL that the app opened to the answer that it gets. */
  const approve = async (url: URL): Promise<URL> => {
    const page = await browser.newPage();
    await page.goto(url.href);
    await signIn(page, account.email, password);
    await page.getByRole('heading', { name: 'Allow notes to use your account?' }).waitFor();
    await allow(page);
    const answer = await loopback.answer();
    await page.close();
    return answer;
  };

  const register = (token: string, name: string) =>
    call(server, 'POST', '/devices', { token, body: { device_name: name, platform: 'linux' } });

  it('completes the flow: oauth4webapi [P-110]', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(server.url);
    const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
    const as = await oauth.processDiscoveryResponse(issuer, discovered);
    const client: oauth.Client = { client_id: account.apiKey };
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = new URL(as.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      client_id: account.apiKey,
      redirect_uri: loopback.redirect,
      response_type: 'code',
      scope: 'offline_access',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();

    const parameters = oauth.validateAuthResponse(as, client, await approve(url), state);
    const none = oauth.None();
    const asked = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      none,
      parameters,
      loopback.redirect,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, asked);
    expect(tokens).toMatchObject({ user_id: account.userId, app_id: account.appId, token_type: 'bearer' });

    expect((await register(tokens.access_token, 'oauth4webapi')).status).toBe(201);
    const told = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    const info = await oauth.processUserInfoResponse(as, client, account.userId, told);
    expect(info).toMatchObject({ sub: account.userId, email: account.email });

    const again = await oauth.refreshTokenGrantRequest(as, client, none, tokens.refresh_token ?? '', insecure);
    const refreshed = await oauth.processRefreshTokenResponse(as, client, again);
    expect((await call(server, 'GET', '/status', { token: refreshed.access_token })).status).toBe(200);

    const revoked = await oauth.revocationRequest(as, client, none, refreshed.refresh_token ?? '', insecure);
    await oauth.processRevocationResponse(revoked);
    await expect
      .poll(async () => (await call(server, 'GET', '/status', { token: refreshed.access_token })).status, {
        timeout: 5_000,
      })
      .toBe(401);
  });

  it('completes the flow: openid-client, which asks for openid and a refresh token [P-110]', async () => {
    const options = { execute: [openid.allowInsecureRequests] };
    const configuration = await openid.discovery(
      new URL(server.url),
      account.apiKey,
      undefined,
      openid.None(),
      options,
    );
    const verifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: loopback.redirect,
      scope: 'openid offline_access',
      state,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const tokens = await openid.authorizationCodeGrant(configuration, await approve(url), {
      pkceCodeVerifier: verifier,
      expectedState: state,
    });
    expect((await register(tokens.access_token, 'openid-client')).status).toBe(201);
    const userId = String(tokens['user_id']);
    expect(await openid.fetchUserInfo(configuration, tokens.access_token, userId)).toMatchObject({
      sub: account.userId,
    });
    const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect((await call(server, 'GET', '/status', { token: refreshed.access_token })).status).toBe(200);
    await openid.tokenRevocation(configuration, refreshed.refresh_token ?? '');
  });

  it('leaves nothing of a user or an app that is erased', async () => {
    const everything = async () => (await program.run(folder, ['export'])).stdout;
    expect(await everything()).toContain('"kind":"oauth"');
    await program.json(folder, ['user', 'erase', account.userId, '--yes']);
    expect(await everything()).not.toContain(account.userId);
    await program.json(folder, ['app', 'delete', account.appId, '--yes']);
    expect(await everything()).not.toContain(account.appId);
    expect(await everything()).not.toContain('"kind":"oauth"');
  });

  it('leaves no key, password, code or token in the log of the server', async () => {
    server.signal('SIGTERM');
    const { stderr, stdout } = await server.finished;
    for (const secret of [account.apiKey, password, 'code=', 'refresh_token', 'eyJ']) {
      expect(stdout + stderr).not.toContain(secret);
    }
    expect(browser.complaints).toEqual([]);
  });
});
