import { Secret, TOTP } from 'otpauth';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCountingLimiter } from '../accounts-fixture.js';
import { createStage, password, redirect, type Stage } from './oauth-stage.js';

afterEach(() => vi.useRealTimers());

const begin = async (stage: Stage, fields: Readonly<Record<string, string>> = {}, browser = stage.openBrowser()) => {
  const verifier = stage.createVerifier();
  const page = await browser.get(stage.toAuthorizeUrl(verifier, fields));
  return { ...page, browser, verifier };
};

const isLogin = (text: string): boolean => text.includes('name="password"');
const isConsent = (text: string): boolean => text.includes('value="allow"');
const isCode = (text: string): boolean => text.includes('name="code"');

describe('signing in', () => {
  it('names the app, and what it will get [P-114]', async () => {
    const stage = await createStage();
    await stage.apps.update(stage.app.id, { name: 'Notes & <b>Tasks</b>' });
    const { text, url, browser } = await begin(stage, { scope: 'offline_access' });
    expect(text).toContain('Sign in to continue to Notes &amp; &lt;b&gt;Tasks&lt;/b&gt;');
    const consent = await browser.post(url, { action: 'login', email: stage.user.email, password });
    expect(consent.text).toContain('Allow Notes &amp; &lt;b&gt;Tasks&lt;/b&gt; to use your account?');
    expect(consent.text).toContain(stage.user.email);
    expect(consent.text).toContain('You go back to the app on this device.');
    expect(consent.text).toContain('do not use it for 90 days');
  });

  it('names where the browser goes when that is another site [P-114]', async () => {
    const stage = await createStage();
    await stage.apps.update(stage.app.id, { redirects: ['https://notes.example.org/cb', 'com.example.notes:/cb'] });
    for (const [uri, words] of [
      ['https://notes.example.org/cb', 'notes.example.org'],
      ['com.example.notes:/cb', 'com.example.notes:'],
    ] as const) {
      const consent = await stage.logIn(stage.openBrowser(), stage.toAuthorizeUrl('v', { redirect_uri: uri }));
      expect(consent.text).toContain(`<strong>${words}</strong>`);
    }
  });

  it('asks for the password every time, unless the browser was told to remember [P-114]', async () => {
    const stage = await createStage();
    const browser = stage.openBrowser();
    await stage.allow({}, browser);
    expect(isLogin((await begin(stage, {}, browser)).text)).toBe(true);
    await stage.logIn(browser, stage.toAuthorizeUrl('v'), { remember: 'yes' });
    expect(isConsent((await begin(stage, {}, browser)).text)).toBe(true);
    expect(isLogin((await begin(stage, { prompt: 'login' }, browser)).text)).toBe(true);
    expect(isLogin((await begin(stage, { prompt: 'select_account' }, browser)).text)).toBe(true);
    expect(isLogin((await begin(stage, { max_age: '3600' }, browser)).text)).toBe(true);
    await stage.accounts.users.setPassword(stage.user.id, 'another horse', { revokeTokens: true });
    expect(isLogin((await begin(stage, {}, browser)).text)).toBe(true);
  });

  it('lets another user in than the one that the browser remembers [P-114]', async () => {
    const stage = await createStage();
    const bob = await stage.accounts.users.create('bob@example.com', password);
    const browser = stage.openBrowser();
    await stage.logIn(browser, stage.toAuthorizeUrl('v'), { remember: 'yes' });
    const consent = await begin(stage, { prompt: 'consent' }, browser);
    const login = await browser.post(consent.url, { action: 'switch' });
    expect(isLogin(login.text)).toBe(true);
    const other = await browser.post(login.url, { action: 'login', email: bob.email, password });
    expect(other.text).toContain('bob@example.com');
    expect(other.text).not.toContain('alice@example.com');
    const { url } = await browser.post(other.url, { action: 'allow' });
    const { body } = await stage.exchange(new URL(url).searchParams.get('code') ?? '', consent.verifier);
    expect(body.user_id).toBe(bob.id);
  });

  it('goes on in two windows of a browser at once, for two users [P-114]', async () => {
    const stage = await createStage();
    const bob = await stage.accounts.users.create('bob@example.com', password);
    const browser = stage.openBrowser();
    const [one, two] = [await begin(stage, {}, browser), await begin(stage, {}, browser)];
    const first = await browser.post(one.url, { action: 'login', email: stage.user.email, password });
    const second = await browser.post(two.url, { action: 'login', email: bob.email, password });
    for (const [consent, { verifier }, user] of [
      [first, one, stage.user],
      [second, two, bob],
    ] as const) {
      const { url } = await browser.post(consent.url, { action: 'allow' });
      const { body } = await stage.exchange(new URL(url).searchParams.get('code') ?? '', verifier);
      expect(body.user_id).toBe(user.id);
    }
  });

  it('keeps the address that was typed, and nothing of the password', async () => {
    const stage = await createStage();
    const { url, browser } = await begin(stage);
    const { text } = await browser.post(url, { action: 'login', email: '"><script>', password: 'wrong secret' });
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(text).not.toContain('wrong secret');
  });

  it('tells how long to wait after too many failures [P-6]', async () => {
    const stage = await createStage({ rateLimiter: createCountingLimiter() });
    const { url, browser } = await begin(stage);
    for (let count = 0; count < 10; count += 1)
      await browser.post(url, { action: 'login', email: 'x@example.com', password: 'x' });
    const { response, text } = await browser.post(url, { action: 'login', email: 'x@example.com', password: 'x' });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(text).toContain('Too many attempts. Wait a minute');
    expect(isLogin(text)).toBe(true);
  });

  it('makes one login of a form that is sent twice', async () => {
    const stage = await createStage();
    const { url, browser } = await begin(stage);
    const form = { action: 'login', email: stage.user.email, password };
    const consent = await browser.post(url, form);
    const answer = await browser.post(consent.url, { action: 'allow' });
    expect(answer.url.startsWith(redirect)).toBe(true);
    const late = await browser.post(consent.url, { action: 'allow' });
    expect(late.response.status).toBe(400);
  });

  it('shows the page again for an action that does not belong there', async () => {
    const stage = await createStage();
    const { url, browser } = await begin(stage);
    for (const action of ['allow', 'code', 'switch', 'nonsense']) {
      expect(isLogin((await browser.post(url, { action })).text)).toBe(true);
    }
  });
});

describe('signing in with a second factor', () => {
  const enrol = async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const stage = await createStage();
    const { secret } = await stage.accounts.secondFactor.begin(stage.user.id);
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const recovery = await stage.accounts.secondFactor.confirm(stage.user.id, totp.generate());
    if (recovery === null) throw new Error('The second factor was not turned on.');
    vi.setSystemTime(Date.now() + 60_000);
    const atCode = async (fields: Readonly<Record<string, string>> = {}) => {
      const { url, browser, verifier } = await begin(stage);
      const page = await browser.post(url, { action: 'login', email: stage.user.email, password, ...fields });
      return { ...page, browser, verifier };
    };
    return { stage, totp, recovery, atCode };
  };

  it('asks for a code after the right password, and for nothing after a wrong one [P-114]', async () => {
    const { stage, totp, atCode } = await enrol();
    expect(isLogin((await atCode({ password: 'wrong' })).text)).toBe(true);
    const { text, url, browser, verifier } = await atCode();
    expect(isCode(text)).toBe(true);
    const consent = await browser.post(url, { action: 'code', code: totp.generate() });
    const answer = await browser.post(consent.url, { action: 'allow' });
    const { status } = await stage.exchange(new URL(answer.url).searchParams.get('code') ?? '', verifier);
    expect(status).toBe(200);
  });

  it('cannot be passed by going on without the code [P-114]', async () => {
    const { atCode } = await enrol();
    const { url, browser } = await atCode();
    const resumed = await browser.get(url.replace('/interaction/', '/authorize/'));
    expect(isLogin(resumed.text) || isCode(resumed.text)).toBe(true);
    expect(isConsent(resumed.text)).toBe(false);
    expect(isConsent((await browser.post(url, { action: 'allow' })).text)).toBe(false);
  });

  it('takes no code twice, and says so [P-114]', async () => {
    const { totp, atCode } = await enrol();
    const code = totp.generate();
    const first = await atCode();
    expect(isConsent((await first.browser.post(first.url, { action: 'code', code })).text)).toBe(true);
    const second = await atCode();
    const refused = await second.browser.post(second.url, { action: 'code', code });
    expect(refused.response.status).toBe(401);
    expect(isCode(refused.text)).toBe(true);
  });

  it('takes a recovery code in place of it, once [P-114]', async () => {
    const { recovery, atCode } = await enrol();
    const { url, browser, text } = await atCode();
    expect(text).toContain('href="?with=recovery"');
    const page = await browser.get(`${url}?with=recovery`);
    expect(page.text).toContain('Recovery code');
    const code = recovery[0] ?? '';
    expect(isConsent((await browser.post(`${url}?with=recovery`, { action: 'code', code })).text)).toBe(true);
    const second = await atCode();
    expect(isConsent((await second.browser.post(second.url, { action: 'code', code })).text)).toBe(false);
  });

  it('begins again when the account changed after the password [P-114]', async () => {
    const { stage, totp, atCode } = await enrol();
    const { url, browser } = await atCode();
    await stage.accounts.users.revokeTokens(stage.user.id);
    const page = await browser.post(url, { action: 'code', code: totp.generate() });
    expect(isConsent(page.text)).toBe(false);
  });
});
