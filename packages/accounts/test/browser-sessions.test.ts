import { describe, expect, it } from 'vitest';
import { createBrowserSessions } from '../src/pages/browser-sessions.js';
import { readCookies } from '../src/pages/cookies.js';
import { toPlace } from '../src/pages/place.js';
import { createUsers } from '../src/users.js';
import { createFixture, day } from './accounts-fixture.js';

const place = toPlace('https://example.org/sync');
const nothing = new Map<string, string>();

const open = async () => {
  const fixture = await createFixture();
  const { records, options } = fixture;
  const sessions = createBrowserSessions(options);
  const users = createUsers(records, options.clock);
  const find = async () => {
    const user = await users.get(fixture.user.id);
    if (user === null) throw new Error('There is no user.');
    return user;
  };
  const signIn = async (before = nothing) => (await sessions.open(await find(), before, place)) ?? '';
  const count = async () =>
    (await records.find('browser-session', 'user', fixture.user.id, { after: null, limit: 100 })).length;
  return { ...fixture, sessions, find, signIn, count };
};

const toJar = (cookie: string) => new Map(readCookies(cookie.split(';', 1)[0]));

describe('a browser that is signed in', () => {
  it('is known by its cookie, which no script sees and no other path gets', async () => {
    const { sessions, signIn, user, now } = await open();
    const cookie = await signIn();
    expect(cookie).toMatch(
      /^synckeep_browser=[0-9a-f]{64}; Path=\/sync; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(await sessions.find(toJar(cookie))).toMatchObject({ user: { key: user.id }, signedInAt: now() });
    expect(await sessions.find(nothing)).toBeNull();
    expect(await sessions.find(new Map([['synckeep_browser', 'f'.repeat(64)]]))).toBeNull();
  });

  it('is stored by a digest only', async () => {
    const { records, signIn } = await open();
    const token = toJar(await signIn()).get('synckeep_browser');
    expect(JSON.stringify(await records.all(null, 100))).not.toContain(token);
  });

  it('is signed out after 14 days, and when told', async () => {
    const { sessions, signIn, advance, count } = await open();
    const jar = toJar(await signIn());
    advance(14 * day - 1);
    expect(await sessions.find(jar)).not.toBeNull();
    advance(1);
    expect(await sessions.find(jar)).toBeNull();
    const other = toJar(await signIn(jar));
    expect(await count()).toBe(1);
    expect(await sessions.end(other, place)).toContain('Max-Age=0');
    expect(await sessions.find(other)).toBeNull();
    expect(await count()).toBe(0);
  });

  it('is signed out when the tokens are revoked or the user is disabled', async () => {
    const { sessions, signIn, users, user } = await open();
    const first = toJar(await signIn());
    await users.revokeTokens(user.id);
    expect(await sessions.find(first)).toBeNull();
    const second = toJar(await signIn());
    await users.disable(user.id);
    await users.enable(user.id);
    expect(await sessions.find(second)).toBeNull();
  });

  it('is not signed in when the user changed meanwhile', async () => {
    const { sessions, find, users, user } = await open();
    const found = await find();
    await users.disable(user.id);
    expect(await sessions.open(found, nothing, place)).toBeNull();
  });

  it('leaves nothing behind when the user is removed', async () => {
    const { signIn, users, user, count } = await open();
    await signIn();
    await users.remove(user.id);
    expect(await count()).toBe(0);
  });
});
