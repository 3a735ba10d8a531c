import { toUuid } from '@synckeep/core';
import { exportSPKI, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createJwtAuthenticator } from '../src/index.js';
import { alice, appId, audience, createPair, createStage, issuer } from './issuer.js';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token', () => {
  it('is accepted as the identity that it names', async () => {
    const { authenticator, pair, claims, clock } = await createStage();
    const identity = await authenticator.authenticate(await pair.sign(claims({ sid: 'login-7' })));
    expect(identity).toEqual({
      userId: alice,
      appId,
      generation: 0,
      session: 'login-7',
      keyGeneration: null,
      issuedAt: clock.now(),
      expiresAt: clock.now() + 3_600_000,
    });
  });

  it.each(['RS256', 'PS384', 'ES512', 'EdDSA'])('signed by %s is accepted', async (algorithm) => {
    const pair = await createPair('other', algorithm);
    const { authenticator, claims } = await createStage({ keys: { keys: [pair.jwk] } });
    expect(await authenticator.authenticate(await pair.sign(claims()))).toMatchObject({ userId: alice });
  });

  it('of a user whose id is no UUID stands for the UUID of that id [P-2]', async () => {
    const { authenticator, pair, claims } = await createStage();
    const identity = await authenticator.authenticate(await pair.sign(claims({ sub: 'auth0|7' })));
    expect(identity?.userId).toBe(toUuid('auth0|7'));
  });

  it('can name user, app, session and time of login in other claims', async () => {
    const apps: Readonly<Record<string, string>> = { desktop: appId };
    const { authenticator, pair, claims, seconds } = await createStage({
      userId: 'https://example.com/id',
      appId: ({ azp }) => apps[String(azp)] ?? null,
      session: 'jti',
      loginTime: 'logged_in',
    });
    const own = {
      'https://example.com/id': alice,
      azp: 'desktop',
      jti: 'a',
      logged_in: seconds() - 100,
      sub: undefined,
    };
    expect(await authenticator.authenticate(await pair.sign(claims(own)))).toMatchObject({
      userId: alice,
      appId,
      session: 'a',
      issuedAt: (seconds() - 100) * 1000,
    });
    expect(await authenticator.authenticate(await pair.sign(claims({ ...own, azp: 'other' })))).toBeNull();
  });

  it('renewed in the background keeps the time of its login, where it says so [P-17]', async () => {
    const { authenticator, pair, claims, seconds } = await createStage();
    const identity = await authenticator.authenticate(await pair.sign(claims({ auth_time: seconds() - 7200 })));
    expect(identity?.issuedAt).toBe((seconds() - 7200) * 1000);
  });

  it('with several audiences is accepted when one is ours', async () => {
    const { authenticator, pair, claims } = await createStage();
    expect(await authenticator.authenticate(await pair.sign(claims({ aud: ['other', audience] })))).not.toBeNull();
  });

  it('without the id of its key is tried with every key that fits', async () => {
    const pairs = await Promise.all([createPair(null), createPair(null)]);
    const { authenticator, claims } = await createStage({ keys: { keys: pairs.map(({ jwk }) => jwk) } });
    for (const pair of pairs) {
      expect(await authenticator.authenticate(await pair.sign(claims()))).toMatchObject({ userId: alice });
    }
    expect(await authenticator.authenticate(await (await createPair(null)).sign(claims()))).toBeNull();
  });

  const wrong: Readonly<Record<string, (now: number) => Readonly<Record<string, unknown>>>> = {
    'of another issuer': () => ({ iss: 'https://login.example' }),
    'without an issuer': () => ({ iss: undefined }),
    'for another audience': () => ({ aud: 'https://sync.example' }),
    'without an audience': () => ({ aud: undefined }),
    'that has just expired': (now) => ({ exp: now }),
    'without an end': () => ({ exp: undefined }),
    'whose end is no time': () => ({ exp: 1e308 }),
    'without a time of issue': () => ({ iat: undefined }),
    'issued in the future': (now) => ({ iat: now + 61 }),
    'whose login is in the future': (now) => ({ auth_time: now + 61 }),
    'that is not valid yet': (now) => ({ nbf: now + 61 }),
    'without a user': () => ({ sub: undefined }),
    'of a user without a name': () => ({ sub: '' }),
    'of a user with a number': () => ({ sub: 7 }),
    'of a user with an endless name': () => ({ sub: 'x'.repeat(256) }),
  };
  it.each(Object.entries(wrong))('%s is refused', async (_name, change) => {
    const { authenticator, pair, claims, seconds } = await createStage();
    expect(await authenticator.authenticate(await pair.sign(claims(change(seconds()))))).toBeNull();
    expect(await authenticator.authenticate(await pair.sign(claims()))).not.toBeNull();
  });

  it('of an issuer whose clock is a little ahead is accepted', async () => {
    const { authenticator, pair, claims, seconds } = await createStage();
    const ahead = seconds() + 59;
    expect(await authenticator.authenticate(await pair.sign(claims({ iat: ahead, nbf: ahead })))).not.toBeNull();
  });

  it('older than maxTokenAge is refused, and ends then', async () => {
    const { authenticator, pair, claims, clock } = await createStage({ maxTokenAge: 600 });
    const token = await pair.sign(claims());
    expect((await authenticator.authenticate(token))?.expiresAt).toBe(clock.now() + 600_000);
    clock.advance(600_000);
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('of another type is refused where a type is asked for', async () => {
    const { authenticator, pair, claims } = await createStage({ type: 'at+jwt' });
    expect(await authenticator.authenticate(await pair.sign(claims(), { typ: 'JWT' }))).toBeNull();
    expect(await authenticator.authenticate(await pair.sign(claims()))).toBeNull();
    expect(await authenticator.authenticate(await pair.sign(claims(), { typ: 'at+jwt' }))).not.toBeNull();
  });

  it.each(['', 'a', 'a.b', 'a.b.c', '..', 'e30.e30.', `${'a'.repeat(20_000)}.b.c`])('%.10s is none', async (token) => {
    const { authenticator } = await createStage();
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('that says it needs no signature is refused', async () => {
    const { authenticator, claims } = await createStage();
    for (const alg of ['none', 'None', 'NONE', '']) {
      for (const kid of [{ kid: 'one' }, {}]) {
        const token = `${encode({ alg, ...kid })}.${encode(claims())}.`;
        expect(await authenticator.authenticate(token)).toBeNull();
      }
    }
  });

  it('signed with the public key as if it were a shared secret is refused', async () => {
    const { authenticator, pair, claims } = await createStage();
    const secrets = [await exportSPKI(pair.publicKey), JSON.stringify(pair.jwk), pair.jwk.x ?? ''];
    for (const secret of secrets) {
      const bytes = new TextEncoder().encode(secret);
      const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(bytes);
      expect(await authenticator.authenticate(token)).toBeNull();
    }
  });

  it('that brings its own key, or names where it is, is refused', async () => {
    const { authenticator, claims } = await createStage();
    const attacker = await createPair('one');
    for (const header of [{}, { jwk: attacker.jwk }, { jku: 'http://127.0.0.1:1/' }, { x5u: 'http://127.0.0.1:1/' }]) {
      expect(await authenticator.authenticate(await attacker.sign(claims(), header))).toBeNull();
    }
  });

  it('with another signature, payload or header is refused', async () => {
    const { authenticator, pair, claims } = await createStage();
    const token = await pair.sign(claims());
    for (const part of [0, 1, 2]) {
      const spoiled = token
        .split('.')
        .map((text, n) => (n === part ? (text[0] === 'A' ? 'B' : 'A') + text.slice(1) : text));
      expect(await authenticator.authenticate(spoiled.join('.'))).toBeNull();
    }
  });

  it('signed by an algorithm that was left out is refused', async () => {
    const pair = await createPair('other', 'RS256');
    const { authenticator, claims } = await createStage({ keys: { keys: [pair.jwk] }, algorithms: ['ES256'] });
    expect(await authenticator.authenticate(await pair.sign(claims()))).toBeNull();
  });

  it('signed with a shared secret is accepted only where one was given', async () => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const { authenticator, claims, pair } = await createStage({ secret });
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    expect(await authenticator.authenticate(token)).toMatchObject({ userId: alice });
    expect(await authenticator.authenticate(await pair.sign(claims()))).toBeNull();
  });

  it('made for anybody is accepted only where that is asked for by name', async () => {
    const pair = await createPair('one');
    const { claims, clock } = await createStage();
    const authenticator = createJwtAuthenticator({ issuer, audience: 'any', appId, keys: { keys: [pair.jwk] }, clock });
    expect(await authenticator.authenticate(await pair.sign(claims({ aud: undefined })))).not.toBeNull();
  });
});

describe('an identity', () => {
  it('is current until its token ends', async () => {
    const { authenticator, pair, claims, clock } = await createStage();
    const identity = await authenticator.authenticate(await pair.sign(claims()));
    if (!identity) throw new Error('The token should be accepted.');
    expect(await authenticator.isCurrent(identity)).toBe(true);
    clock.advance(3_599_999);
    expect(await authenticator.isCurrent(identity)).toBe(true);
    clock.advance(1);
    expect(await authenticator.isCurrent(identity)).toBe(false);
  });

  it('is not current, and its token refused, once it was revoked', async () => {
    const revoked = new Set<string | null>();
    const { authenticator, pair, claims } = await createStage({
      isRevoked: async ({ session }) => revoked.has(session),
    });
    const token = await pair.sign(claims({ sid: 'a' }));
    const identity = await authenticator.authenticate(token);
    if (!identity) throw new Error('The token should be accepted.');
    revoked.add('a');
    expect(await authenticator.isCurrent(identity)).toBe(false);
    expect(await authenticator.authenticate(token)).toBeNull();
    expect(await authenticator.authenticate(await pair.sign(claims({ sid: 'b' })))).not.toBeNull();
  });
});
