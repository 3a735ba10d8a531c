import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCountingLimiter } from '../accounts-fixture.js';
import { createStage, origin, redirect, type Stage, toChallenge } from './oauth-stage.js';

afterEach(() => vi.useRealTimers());

/** What the app is told. The answer to a request for a token stands in the fragment. */
const toldAt = (url: string): URLSearchParams => new URLSearchParams(new URL(url.replace('#', '?')).search);
const errorAt = (url: string): string | null => toldAt(url).get('error');

describe('a request of an app', () => {
  /** Where a browser ends that follows such a request. */
  const open = async (fields: Readonly<Record<string, string | undefined>>) => {
    const stage = await createStage();
    const { response, url, text } = await stage.openBrowser().get(stage.toAuthorizeUrl(stage.createVerifier(), fields));
    return { stage, url, text, status: response.status };
  };

  it.each([
    ['with the plain challenge', { code_challenge: 'v'.repeat(43), code_challenge_method: 'plain' }],
    ['that leaves the method out, which means plain', { code_challenge_method: undefined }],
    ['without a challenge', { code_challenge: undefined, code_challenge_method: undefined }],
    ['for a token in place of a code', { response_type: 'token' }],
    ['for an id_token', { response_type: 'code id_token' }],
    ['that wants the answer in a fragment', { response_mode: 'fragment' }],
    ['that wants the answer posted', { response_mode: 'form_post' }],
    ['with a key of its own that is too long', { key: 'k'.repeat(256) }],
    ['for something else than syncing', { resource: 'urn:elsewhere' }],
  ])('%s is refused and told so [P-110, P-111]', async (_name, fields) => {
    const { url } = await open(fields);
    expect(url.startsWith(redirect)).toBe(true);
    expect(errorAt(url)).toMatch(
      /^(?:invalid_request|invalid_target|unsupported_response_type|unauthorized_client|unsupported_response_mode)$/,
    );
    expect(toldAt(url).get('state')).toBe('some state');
  });

  it.each([
    ['an address that is not registered', 'https://evil.example/callback'],
    ['another path of a registered address', 'https://notes.example.org/other'],
    ['a registered address with a slash more', 'https://notes.example.org/callback/'],
    ['a registered address with a query', 'https://notes.example.org/callback?x=1'],
    ['http where https is registered', 'http://notes.example.org/callback'],
    ['https on the loopback', 'https://127.0.0.1:4000/callback'],
    ['upper case in a registered address', 'https://notes.example.org/Callback'],
    ['a short spelling of the loopback', 'http://127.1:4000/callback'],
    ['another loopback address', 'http://127.0.0.2:4000/callback'],
    ['a host that begins like the loopback', 'http://127.0.0.1.evil.example/callback'],
    ['a host behind a user name', 'http://127.0.0.1@evil.example/callback'],
    ['a host behind a user name and port', 'http://localhost:80@evil.example/callback'],
    ['a host behind a backslash', 'http://localhost\\@evil.example/callback'],
    ['an address with a fragment', 'http://127.0.0.1:4000/callback#x'],
    ['a script', 'javascript:alert(1)'],
    ['a document', 'data:text/html,x'],
    ['nothing', undefined],
  ])('to be answered at %s is refused on a page, and nobody is sent there [P-112]', async (_name, redirectUri) => {
    const stage = await createStage();
    await stage.apps.update(stage.app.id, {
      redirects: ['https://notes.example.org/callback', 'com.example.notes:/callback'],
    });
    const url = stage.toAuthorizeUrl(stage.createVerifier(), { redirect_uri: redirectUri });
    const { response, text } = await stage.openBrowser().get(url);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(text).toContain('<h1>');
    expect(text).not.toContain('href="');
  });

  it.each([
    ['any port and path of 127.0.0.1', 'http://127.0.0.1:65535/a/b?c=d'],
    ['localhost', 'http://localhost:1/'],
    ['the loopback of IPv6', 'http://[::1]:49152/callback'],
    ['the loopback without a port', 'http://127.0.0.1/callback'],
    ['a registered address', 'https://notes.example.org/callback'],
    ['a registered scheme', 'com.example.notes:/callback'],
  ])('may be answered at %s [P-112]', async (_name, redirectUri) => {
    const stage = await createStage();
    await stage.apps.update(stage.app.id, {
      redirects: ['https://notes.example.org/callback', 'com.example.notes:/callback'],
    });
    const { answer, code, verifier } = await stage.allow({ redirect_uri: redirectUri });
    expect(answer.href.startsWith(redirectUri)).toBe(true);
    const { status } = await stage.exchange(code, verifier, { redirect_uri: redirectUri });
    expect(status).toBe(200);
  });

  it.each([
    ['of an unknown app', 'sk_unknown'],
    ['that shows an app id in place of the key', null],
    ['without an app', undefined],
  ])('%s is refused on a page, and nobody is sent anywhere [P-111]', async (_name, key) => {
    const stage = await createStage();
    const url = stage.toAuthorizeUrl(stage.createVerifier(), { client_id: key === null ? stage.app.id : key });
    const { response, text } = await stage.openBrowser().get(url);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(text).not.toContain(stage.app.id);
  });

  it('is refused when it says something twice [P-111]', async () => {
    const stage = await createStage();
    for (const more of [`&redirect_uri=${encodeURIComponent('https://evil.example/')}`, `&client_id=${stage.apiKey}`]) {
      const { response } = await stage.openBrowser().get(stage.toAuthorizeUrl(stage.createVerifier()) + more);
      expect(response.headers.get('location')).toBeNull();
      expect(response.status).toBe(400);
    }
  });

  it('cannot turn its state or its errors into a way out [P-112]', async () => {
    const state = 'https://evil.example/"><script>alert(1)</script>';
    const { url, text } = await open({ state, response_type: 'token' });
    expect(new URL(url).origin).toBe(new URL(redirect).origin);
    expect(toldAt(url).get('state')).toBe(state);
    expect(text).toBe('');
    const page = await open({ state, redirect_uri: 'https://evil.example/' });
    expect(page.text).not.toContain('<script>');
    expect(page.text).not.toContain('evil.example');
  });

  it('without a user at the screen is refused, because every app asks [P-114]', async () => {
    expect(errorAt((await open({ prompt: 'none' })).url)).toBe('login_required');
  });
});

describe('requests of apps', () => {
  it('are limited by address, because each is stored for a while [P-6]', async () => {
    const stage = await createStage({ rateLimiter: createCountingLimiter() });
    const ask = () => stage.call(stage.toAuthorizeUrl('v'));
    for (let count = 0; count < 60; count += 1) expect((await ask()).status).toBe(303);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
  });
});

describe('a code', () => {
  const refused = { status: 400, body: { error: 'invalid_grant' } };

  it('is refused with a wrong verifier, and without one [P-113]', async () => {
    const { allow, exchange, createVerifier } = await createStage();
    const { code } = await allow();
    expect(await exchange(code, createVerifier())).toMatchObject(refused);
    expect(await exchange(code, '', { code_verifier: undefined })).toMatchObject({ status: 400 });
  });

  it('is refused with the challenge in place of the verifier [P-113]', async () => {
    const { allow, exchange } = await createStage();
    const { code, verifier } = await allow();
    expect(await exchange(code, toChallenge(verifier))).toMatchObject(refused);
  });

  it('is refused for another redirect than it was given for [P-113]', async () => {
    const { allow, exchange } = await createStage();
    const { code, verifier } = await allow();
    for (const altered of [`${redirect}/`, redirect.replace('49152', '49153'), undefined]) {
      expect(await exchange(code, verifier, { redirect_uri: altered })).toMatchObject({ status: 400 });
    }
  });

  it('is refused from another app [P-113]', async () => {
    const { allow, exchange, apps } = await createStage();
    const { apiKey } = await apps.create({ name: 'Other' });
    const { code, verifier } = await allow();
    expect(await exchange(code, verifier, { client_id: apiKey })).toMatchObject(refused);
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  it('is refused from an app that shows its id, or a key of no app [P-111]', async () => {
    const { allow, exchange, app } = await createStage();
    const { code, verifier } = await allow();
    for (const key of [app.id, 'sk_unknown', 'unknown', undefined]) {
      const { status, body } = await exchange(code, verifier, { client_id: key });
      expect([status, body.error]).toEqual([
        key === undefined ? 400 : 401,
        key === undefined ? 'invalid_request' : 'invalid_client',
      ]);
    }
  });

  it('is refused after a minute [P-113]', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { allow, exchange } = await createStage();
    const first = await allow();
    vi.setSystemTime(Date.now() + 59_000);
    expect((await exchange(first.code, first.verifier)).status).toBe(200);
    const second = await allow();
    vi.setSystemTime(Date.now() + 61_000);
    expect(await exchange(second.code, second.verifier)).toMatchObject(refused);
  });

  it('is refused when it comes again, and the login that it began ends [P-113]', async () => {
    const { allow, exchange, refresh, isGood } = await createStage();
    const { code, verifier } = await allow({ scope: 'offline_access' });
    const { body } = await exchange(code, verifier);
    expect(await isGood(body.access_token)).toBe(true);
    expect(await exchange(code, verifier)).toMatchObject(refused);
    expect(await isGood(body.access_token)).toBe(false);
    expect(await refresh(body.refresh_token)).toMatchObject(refused);
  });

  it('ends that login also when it comes again hours later [P-113]', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { allow, exchange, isGood } = await createStage();
    const { code, verifier } = await allow();
    const { body } = await exchange(code, verifier);
    vi.setSystemTime(Date.now() + 5 * 3_600_000);
    expect(await exchange(code, verifier)).toMatchObject(refused);
    expect(await isGood(body.access_token)).toBe(false);
  });

  it('is used up once, however many ask at the same moment [P-113]', async () => {
    const { allow, exchange, isGood } = await createStage();
    const { code, verifier } = await allow();
    const answers = await Promise.all(Array.from({ length: 12 }, () => exchange(code, verifier)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { body } of won) expect(await isGood(body.access_token)).toBe(false);
    for (const { status } of answers) expect([200, 400]).toContain(status);
  });

  it.each([
    ['the user is disabled', ({ accounts, user }: Stage) => accounts.users.disable(user.id)],
    ['the tokens of the user are revoked', ({ accounts, user }: Stage) => accounts.users.revokeTokens(user.id)],
    ['the user is gone', ({ accounts, user }: Stage) => accounts.users.remove(user.id)],
    ['the key of the app is replaced', ({ apps, app }: Stage) => apps.rotateKey(app.id)],
  ])('is worthless when meanwhile %s', async (_name, meanwhile) => {
    const stage = await createStage();
    const { code, verifier } = await stage.allow();
    await meanwhile(stage);
    expect((await stage.exchange(code, verifier)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a page of the sign-in', () => {
  const atLogin = async () => {
    const stage = await createStage();
    const browser = stage.openBrowser();
    const { url } = await browser.get(stage.toAuthorizeUrl(stage.createVerifier()));
    return { ...stage, browser, url };
  };
  const right = (stage: Stage) => ({ action: 'login', email: stage.user.email, password: 'correct horse' });

  it('takes no form of another site: nobody is logged in as somebody else [P-114]', async () => {
    const stage = await atLogin();
    const foreign = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      {},
    ];
    for (const headers of foreign) {
      const { response } = await stage.browser.post(stage.url, right(stage), headers);
      expect(response.status).toBe(403);
    }
    expect((await stage.browser.get(stage.url)).text).toContain('name="password"');
  });

  it('belongs to the browser in which it began [P-114]', async () => {
    const stage = await atLogin();
    const { response, text } = await stage.openBrowser().post(stage.url, right(stage));
    expect(response.status).toBe(400);
    expect(text).toContain('This sign-in is over');
    const elsewhere = await stage.openBrowser().get(stage.url.replace('/interaction/', '/authorize/'));
    expect(elsewhere.response.status).toBe(400);
  });

  it('can be put into no frame, and leads to this server and the app only [P-114]', async () => {
    const stage = await atLogin();
    const { response } = await stage.browser.get(stage.url);
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${new URL(redirect).origin};`);
    expect(policy).toContain("default-src 'none'");
  });

  it('is over after a quarter of an hour, and after its answer [P-114]', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const stage = await atLogin();
    const consent = await stage.browser.post(stage.url, right(stage));
    await stage.browser.post(consent.url, { action: 'allow' });
    expect((await stage.browser.get(consent.url)).response.status).toBe(400);
    const late = await atLogin();
    vi.setSystemTime(Date.now() + 15 * 60_000 + 1000);
    expect((await late.browser.get(late.url)).response.status).toBe(400);
    expect((await late.browser.post(late.url, right(late))).response.status).toBe(400);
  });

  it('tells no difference between an unknown address and a wrong password [P-11]', async () => {
    const stage = await atLogin();
    const wrong = await stage.browser.post(stage.url, { ...right(stage), password: 'wrong' });
    const unknown = await stage.browser.post(stage.url, { ...right(stage), email: 'nobody@example.com' });
    expect(wrong.response.status).toBe(401);
    expect(unknown.response.status).toBe(401);
    expect(unknown.text.replaceAll('nobody@example.com', stage.user.email)).toBe(wrong.text);
  });

  it('is at its own address, whatever a header says', async () => {
    const stage = await createStage();
    const response = await stage.call(stage.toAuthorizeUrl(stage.createVerifier()), {
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
    });
    expect(new URL(response.headers.get('location') ?? '', origin).origin).toBe(origin);
    for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/; secure/i);
  });
});
