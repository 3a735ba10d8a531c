import { systemClock } from '@synckeep/core';
import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../second-factor/second-factor-fixture.js';
import { createStage, origin, password } from './stage.js';

// A step of time that ended between a code and its check would make another code of it.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const hiddenValue = (text: string, name: string): string => {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1];
  if (value === undefined) throw new Error(`There is no ${name}.`);
  return value;
};

describe('signing in to the pages of an account', () => {
  it('leads everybody else to the sign-in', async () => {
    const { openBrowser } = await createStage();
    for (const path of ['', '/password', '/email', '/second-factor', '/export', '/erase']) {
      const { text } = await openBrowser().get(path);
      expect(text).toContain('Sign in to your account');
    }
    for (const path of ['/password', '/email', '/second-factor', '/export', '/erase', '/devices', '/apps'])
      expect((await openBrowser().post(path, { sure: 'yes', password })).text).toContain('Sign in to your account');
  });

  it('takes the password, and says the same to a wrong one and an unknown address [P-11]', async () => {
    const { openBrowser } = await createStage();
    const browser = openBrowser();
    const wrong = await browser.signIn('wrong horse');
    const unknown = await browser.signIn(password, 'nobody@example.org');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.text.replaceAll('nobody@', 'ada@')).toBe(wrong.text);
    expect((await browser.signIn()).text).toContain('Signed in as <strong>ada@example.org</strong>');
    expect((await browser.post('/sign-out', {})).text).toContain('Sign in to your account');
    expect((await browser.get('')).text).toContain('Sign in to your account');
  });

  it('asks for the second factor, once per code, and takes no ticket of somebody else’s making', async () => {
    const { openBrowser, turnOnSecondFactor, accounts, user } = await createStage();
    const { codeAt, recoveryCodes } = await turnOnSecondFactor();
    const browser = openBrowser();
    const asked = await browser.signIn();
    expect(asked.text).toContain('This account has a second factor');
    expect((await browser.get('')).text).toContain('Sign in to your account');
    const ticket = hiddenValue(asked.text, 'ticket');
    const wrong = await browser.post('/sign-in', { ticket, code: codeAt(20) });
    expect(wrong).toMatchObject({ status: 401 });
    for (const forged of ['', 'x', 'first.AAAA', `${ticket.slice(0, -4)}AAAA`, ticket.replace('first', 'other')])
      expect((await browser.post('/sign-in', { ticket: forged, code: codeAt() })).text).toContain('Sign in to your');
    const code = codeAt();
    expect((await browser.post('/sign-in', { ticket, code })).text).toContain('Signed in as');
    const other = openBrowser();
    expect((await other.post('/sign-in', { ticket, code })).status).toBe(401);
    // What was proved about a former password proves nothing any more.
    await accounts.users.setPassword(user.id, 'another good password', { revokeTokens: false });
    const late = await other.post('/sign-in', { ticket, code: recoveryCodes[0] ?? '' });
    expect(late.text).toContain('Sign in to your account');
  });

  it('is limited by address, and says how long to wait [P-6]', async () => {
    const { openBrowser } = await createStage({ rateLimiter: createMemoryRateLimiter(systemClock) });
    const browser = openBrowser();
    const outcomes = [];
    for (let count = 0; count < 8; count += 1)
      outcomes.push(await browser.signIn('wrong', `nobody-${count}@example.org`));
    const limited = outcomes.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]?.text).toContain('Too many attempts');
    expect(limited[0]?.headers.get('retry-after')).toBe('1');
  });

  it('takes no form of another site', async () => {
    const { openBrowser, erased } = await createStage();
    const browser = openBrowser();
    await browser.signIn();
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect((await browser.post('/erase', { password, sure: 'yes' }, headers)).status).toBe(403);
    expect(erased).toEqual([]);
  });
});

describe('the overview of an account', () => {
  it('shows apps, devices and what they take, and nobody else’s', async () => {
    const { openBrowser, addDevice, accounts } = await createStage();
    await addDevice('Ada’s <b>laptop</b>');
    await accounts.users.create('bob@example.org', password);
    const mine = openBrowser();
    await mine.signIn();
    const { text } = await mine.get('');
    expect(text).toContain('Ada’s &lt;b&gt;laptop&lt;/b&gt;');
    expect(text).toContain('Paper Trail');
    expect(text).toContain('signed in once');
    const other = openBrowser();
    expect((await other.signIn(password, 'bob@example.org')).text).toContain('No app has signed in yet');
  });

  it('removes a device and ends its login, and none of somebody else [P-16]', async () => {
    const { openBrowser, addDevice, isGood, storage, scope, app, accounts } = await createStage();
    const [first, second] = [await addDevice('Laptop'), await addDevice('Phone')];
    const device = (await storage.deviceStore.list(scope)).find(({ name }) => name === 'Laptop');
    await accounts.users.create('bob@example.org', password);
    const bob = openBrowser();
    await bob.signIn(password, 'bob@example.org');
    await bob.post('/devices', { app: app.id, device: device?.id ?? '' });
    await bob.post('/apps', { app: app.id });
    expect([await isGood(first), await isGood(second)]).toEqual([true, true]);
    const browser = openBrowser();
    await browser.signIn();
    expect((await browser.post('/devices', { app: app.id, device: device?.id ?? '' })).text).toContain('is removed');
    expect([await isGood(first), await isGood(second)]).toEqual([false, true]);
    expect((await browser.post('/apps', { app: app.id })).text).toContain('has to sign in again');
    expect(await isGood(second)).toBe(false);
  });
});

describe('changing the password', () => {
  it('needs the present one and a good new one, and says what it means for the data', async () => {
    const { openBrowser } = await createStage();
    const browser = openBrowser();
    await browser.signIn();
    expect((await browser.get('/password')).text).toContain('It does not open what your apps store here');
    const fields = { password, 'new-password': 'another good password' };
    expect(await browser.post('/password', { ...fields, password: 'wrong' })).toMatchObject({ status: 401 });
    for (const bad of ['short', 'password1', 'ada@example.org'])
      expect(await browser.post('/password', { ...fields, 'new-password': bad })).toMatchObject({ status: 422 });
    expect((await browser.post('/password', fields)).text).toContain('Your password is changed.');
    expect((await openBrowser().signIn('another good password')).text).toContain('Signed in as');
    expect((await openBrowser().signIn(password)).status).toBe(401);
  });

  it('keeps every login unless told otherwise, and this browser in any case', async () => {
    const { openBrowser, addDevice, isGood } = await createStage();
    const token = await addDevice('Laptop');
    const browser = openBrowser();
    await browser.signIn();
    await browser.post('/password', { password, 'new-password': 'another good password' });
    expect(await isGood(token)).toBe(true);
    const fields = { password: 'another good password', 'new-password': 'a third good password', revoke: 'yes' };
    expect((await browser.post('/password', fields)).text).toContain('Every app has to sign in again');
    expect(await isGood(token)).toBe(false);
    expect((await browser.get('')).text).toContain('Signed in as');
  });
});

describe('the second factor on its page', () => {
  it('is turned on with the password and a code, renewed and turned off with a code', async () => {
    const { openBrowser, accounts, user, records } = await createStage();
    const browser = openBrowser();
    await browser.signIn();
    const act = (fields: Record<string, string>) => browser.post('/second-factor', fields);
    expect(await act({ action: 'begin', password: 'wrong' })).toMatchObject({ status: 401 });
    const begun = await act({ action: 'begin', password });
    expect(begun.text).toContain('aria-label="QR code for the authenticator app"');
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(begun.text)?.[1]?.replaceAll(' ', '') ?? '';
    const codeAt = createApp(secret, () => Date.now());
    expect(await act({ action: 'confirm', code: codeAt(9) })).toMatchObject({ status: 401 });
    const confirmed = await act({ action: 'confirm', code: codeAt(-1) });
    const codes = [...confirmed.text.matchAll(/<li><code>([^<]+)<\/code>/g)].map((match) => match[1] ?? '');
    expect(codes).toHaveLength(10);
    expect((await browser.get('')).text).toContain('10 recovery codes left');
    // Neither the password nor a wrong code does anything any more.
    await act({ action: 'begin', password });
    expect(await act({ action: 'off', code: codeAt(9) })).toMatchObject({ status: 401 });
    await act({ code: codes[0] ?? '' });
    expect(await accounts.secondFactor.describe(user.id)).toMatchObject({ recoveryCodesLeft: 10 });
    const renewed = await act({ action: 'recovery', code: codes[0] ?? '' });
    expect(renewed.text).not.toContain(codes[1]);
    const moved = await act({ action: 'move', code: codeAt() });
    expect(moved.text).toContain('QR code');
    const [left = ''] = [...renewed.text.matchAll(/<li><code>([^<]+)<\/code>/g)].map((match) => match[1] ?? '');
    expect((await act({ action: 'off', code: left })).text).toContain('Your second factor is off');
    expect(await records.get('second-factor', user.id)).toBeNull();
  });
});

describe('taking everything along, and erasing it', () => {
  it('needs the password, and holds the data but not the account', async () => {
    const { openBrowser, addDevice, user } = await createStage();
    await addDevice('Laptop');
    const browser = openBrowser();
    await browser.signIn();
    expect(await browser.post('/export', { password: 'wrong' })).toMatchObject({ status: 401 });
    const { text, headers } = await browser.post('/export', { password });
    expect(headers.get('content-disposition')).toContain('attachment');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ user_id: user.id });
    expect(text).toContain('Laptop');
    expect(text).not.toContain('hashed');
  });

  it('erases with password, second factor and a clear yes, and leaves nothing that mentions the user', async () => {
    const { openBrowser, addDevice, turnOnSecondFactor, erased, user, records, isGood } = await createStage();
    const token = await addDevice('Laptop');
    const { codeAt } = await turnOnSecondFactor();
    const browser = openBrowser();
    const ticket = hiddenValue((await browser.signIn()).text, 'ticket');
    await browser.post('/sign-in', { ticket, code: codeAt() });
    for (const fields of [
      { password, code: codeAt(1) },
      { password: 'wrong', sure: 'yes' },
      { password, sure: 'yes' },
    ])
      await browser.post('/erase', fields);
    expect(erased).toEqual([]);
    expect((await browser.post('/erase', { password, sure: 'yes', code: codeAt(1) })).text).toContain('is erased');
    expect(erased).toEqual([user.id]);
    expect(await isGood(token)).toBe(false);
    expect((await browser.get('')).text).toContain('Sign in to your account');
    const left = JSON.stringify(await records.all(null, 10_000));
    for (const trace of [user.id, 'ada@example.org']) expect(left).not.toContain(trace);
  });
});

describe('pages of links', () => {
  it('say when a link does not work any more, and nothing else', async () => {
    const { openBrowser } = await createStage();
    for (const path of ['/reset', '/verify', '/change-email', '/register']) {
      for (const token of ['', 'x', 'a'.repeat(64)]) {
        const { status, text } = await openBrowser().get(`${path}?token=${token}`);
        expect([path, status]).toEqual([path, 410]);
        expect(text).toContain('does not work any more');
        expect((await openBrowser().post(path, { token, 'new-password': 'another good password' })).status).toBe(410);
      }
    }
  });

  it('do nothing when they are only opened: programs that read mail open links too', async () => {
    const { openBrowser, accounts, user } = await createStage();
    const browser = openBrowser();
    const path = (await accounts.verification.createLink(user.id)).slice(`${origin}/account`.length);
    expect((await browser.get(path)).text).toContain('Yes, it is mine');
    expect(await accounts.users.get(user.id)).toMatchObject({ verifiedAt: null });
    const token = path.split('=')[1] ?? '';
    expect((await browser.post('/verify', { token })).text).toContain('is confirmed');
    expect(await accounts.users.get(user.id)).toMatchObject({ verifiedAt: expect.any(Number) });
  });

  it('of a reset ask for the second factor where it is on', async () => {
    const { openBrowser, accounts, user, turnOnSecondFactor } = await createStage();
    const { codeAt } = await turnOnSecondFactor();
    const browser = openBrowser();
    const token = (await accounts.passwordReset.createLink(user.id)).split('=')[1] ?? '';
    expect((await browser.get(`/reset?token=${token}`)).text).toContain('recovery code');
    const fields = { token, 'new-password': 'another good password' };
    expect((await browser.post('/reset', fields)).status).toBe(401);
    expect((await browser.post('/reset', { ...fields, 'new-password': 'short' })).status).toBe(422);
    expect((await browser.post('/reset', { ...fields, code: codeAt() })).text).toContain('Your password is set');
  });

  it('say without mail who can help', async () => {
    const { openBrowser, app, apps } = await createStage();
    expect((await openBrowser().get('/forgot')).text).toContain('This server sends no mail');
    expect((await openBrowser().get(`/register?app=${app.id}`)).text).toContain('Nobody can register');
    await apps.update(app.id, { registration: 'open' });
    expect((await openBrowser().get(`/register?app=${app.id}`)).text).toContain('You need an invitation');
    expect((await openBrowser().get('/register?app=nothing')).status).toBe(404);
  });

  it('run no script, are kept nowhere, framed nowhere, and tell nobody their address', async () => {
    const { openBrowser } = await createStage();
    const { headers, text } = await openBrowser().get('/reset?token=abc');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
    expect(text).not.toContain('<script');
  });
});
