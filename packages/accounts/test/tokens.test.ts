import { createAccounts } from '@synckeep/accounts';
import { deriveKey, type Secret } from '@synckeep/core';
import { base64url, decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createFixture, createSecret, day } from './accounts-fixture.js';

const encode = (value: unknown): string => base64url.encode(JSON.stringify(value));

const signWith = (secret: Secret, claims: JWTPayload, header: { alg?: string; kid?: string } = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: secret.id, ...header }).sign(deriveKey(secret, 'token'));

/** A fixture with a good token, its claims, and the secret that signed it. */
const createLoggedIn = async () => {
  const fixture = await createFixture();
  const token = await fixture.logIn();
  const [secret] = fixture.secrets;
  if (secret === undefined) throw new Error('There is no secret.');
  return { ...fixture, token, claims: decodeJwt(token), secret };
};

describe('a token of the built-in login [P-13]', () => {
  it('says who, where and how long, and names its secret', async () => {
    const { token, claims, user, app, now } = await createLoggedIn();
    const issuedAt = Math.floor(now() / 1000);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', kid: 'first', typ: 'JWT' });
    expect(claims).toEqual({
      iss: 'synckeep',
      sub: user.id,
      app: app.id,
      iat: issuedAt,
      exp: issuedAt + 7 * 24 * 60 * 60,
      ugen: 1,
      kgen: 1,
      sid: expect.any(String),
    });
  });

  it('carries what login was given as key', async () => {
    const { login, credentials, identify } = await createFixture();
    const { token } = await login.login({ ...credentials, key: 'device-7' });
    expect(decodeJwt(token)['key']).toBe('device-7');
    expect((await identify(token)).expiresAt).toBeGreaterThan(0);
  });

  it('is accepted as the identity that it names', async () => {
    const { token, claims, user, app, identify, now, authenticator } = await createLoggedIn();
    const identity = await identify(token);
    expect(identity).toEqual({
      userId: user.id,
      appId: app.id,
      generation: 1,
      keyGeneration: 1,
      session: claims['sid'],
      issuedAt: now(),
      expiresAt: (claims.exp ?? 0) * 1000,
    });
    expect(await authenticator.isCurrent(identity)).toBe(true);
  });

  it('bears the issuer that the host chose, and is refused under another one', async () => {
    const { options, credentials, authenticator } = await createFixture();
    const other = createAccounts({ ...options, issuer: 'https://sync.example.com' });
    const { token } = await other.login.login(credentials);
    expect(decodeJwt(token).iss).toBe('https://sync.example.com');
    expect(await other.authenticator.authenticate(token)).not.toBeNull();
    expect(await authenticator.authenticate(token)).toBeNull();
  });
});

describe('a token is refused [P-14]', () => {
  it('when it is no token at all', async () => {
    const { authenticator, token } = await createLoggedIn();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const garbage = [
      '',
      '.',
      '..',
      'a.b.c',
      '\u{1F600}.\uD800.\0',
      'x'.repeat(100_000),
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}..${signature}`,
      `${token}.${signature}`,
      `${token} `,
      `${token}=`,
      ` ${token}`,
      `${header}.${payload}.${signature.slice(0, 20)}\n${signature.slice(20)}`,
      `${encode(null)}.${payload}.${signature}`,
      `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
      `${header}.${encode([])}.${signature}`,
    ];
    for (const text of garbage) expect(await authenticator.authenticate(text)).toBeNull();
  });

  it('when any part of it was altered', async () => {
    const { authenticator, token, claims } = await createLoggedIn();
    const [header = '', , signature = ''] = token.split('.');
    const altered = [
      `${header}.${encode({ ...claims, sub: crypto.randomUUID() })}.${signature}`,
      `${encode({ alg: 'HS256', kid: 'first' })}.${encode(claims)}.${signature}`,
      ...Array.from({ length: 40 }, (_, index) => {
        const at = Math.floor((index * (token.length - 2)) / 40);
        return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      }),
    ];
    // The last character of 32 bytes has two bits to spare, which decoders ignore.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const last of alphabet) if (!token.endsWith(last)) altered.push(`${token.slice(0, -1)}${last}`);
    for (const text of altered) expect(await authenticator.authenticate(text)).toBeNull();
    expect(await authenticator.authenticate(token)).not.toBeNull();
  });

  it('when it says `alg: none`, or another algorithm', async () => {
    const { authenticator, token, claims, secret } = await createLoggedIn();
    const [, payload = '', signature = ''] = token.split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = encode({ alg, kid: 'first', typ: 'JWT' });
      expect(await authenticator.authenticate(`${header}.${payload}.`)).toBeNull();
      expect(await authenticator.authenticate(`${header}.${payload}.${signature}`)).toBeNull();
    }
    const longer = { ...secret, bytes: secret.bytes };
    const hs512 = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS512', kid: 'first' })
      .sign(Uint8Array.from([...deriveKey(longer, 'token'), ...deriveKey(longer, 'token')]));
    expect(await authenticator.authenticate(hs512)).toBeNull();
  });

  it('when it was signed with a foreign secret, the secret itself, or the key of another purpose', async () => {
    const { authenticator, claims, secret } = await createLoggedIn();
    expect(await authenticator.authenticate(await signWith(createSecret('first'), claims))).toBeNull();
    expect(await authenticator.authenticate(await signWith(createSecret('unknown'), claims))).toBeNull();
    const withoutKid = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(deriveKey(secret, 'token'));
    expect(await authenticator.authenticate(withoutKid)).toBeNull();
    for (const key of [secret.bytes, deriveKey(secret, 'url')]) {
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(key);
      expect(await authenticator.authenticate(token)).toBeNull();
    }
    expect(await authenticator.authenticate(await signWith(secret, claims))).not.toBeNull();
  });

  it.each(['iss', 'sub', 'app', 'iat', 'exp', 'ugen', 'kgen', 'sid'])(
    'when %s is missing or of a wrong type',
    async (name) => {
      const { authenticator, claims, secret } = await createLoggedIn();
      const { [name]: present, ...rest } = claims;
      expect(present).toBeDefined();
      const wrong = typeof present === 'string' ? 7 : 'seven';
      expect(await authenticator.authenticate(await signWith(secret, rest))).toBeNull();
      expect(await authenticator.authenticate(await signWith(secret, { ...rest, [name]: wrong }))).toBeNull();
    },
  );

  it('when it expired, to the second', async () => {
    const { authenticator, token, advance, identify } = await createLoggedIn();
    const identity = await identify(token);
    advance(identity.expiresAt - identity.issuedAt - 1);
    expect(await authenticator.authenticate(token)).not.toBeNull();
    expect(await authenticator.isCurrent(identity)).toBe(true);
    advance(1);
    expect(await authenticator.authenticate(token)).toBeNull();
    expect(await authenticator.isCurrent(identity)).toBe(false);
  });

  it('when it was issued more than 60 seconds in the future', async () => {
    const { authenticator, claims, secret, now } = await createLoggedIn();
    const seconds = Math.floor(now() / 1000);
    expect(await authenticator.authenticate(await signWith(secret, { ...claims, iat: seconds + 60 }))).not.toBeNull();
    expect(await authenticator.authenticate(await signWith(secret, { ...claims, iat: seconds + 61 }))).toBeNull();
  });

  it('when its claims do not fit the session that they name', async () => {
    const { authenticator, claims, secret, users, createApp, identify, token } = await createLoggedIn();
    const bob = await users.create('bob@example.com', 'correct horse');
    const other = await createApp('sk_other');
    const forged = [{ sub: bob.id }, { app: other.id }, { sid: crypto.randomUUID() }, { ugen: 2 }, { ugen: 0 }];
    for (const claim of forged) {
      expect(await authenticator.authenticate(await signWith(secret, { ...claims, ...claim }))).toBeNull();
    }
    const identity = await identify(token);
    const wrong = [{ userId: bob.id }, { appId: other.id }, { session: null }, { generation: 2 }];
    for (const part of wrong) expect(await authenticator.isCurrent({ ...identity, ...part })).toBe(false);
  });
});

describe('several secrets at once [P-13]', () => {
  it('signs with the newest, verifies with all, and refuses what a removed one signed, remembered or not', async () => {
    const { authenticator, secrets, logIn } = await createFixture();
    const old = await logIn();
    secrets.unshift(createSecret('second'));
    const fresh = await logIn();
    expect(decodeProtectedHeader(fresh).kid).toBe('second');
    expect(await authenticator.authenticate(old)).not.toBeNull();
    expect(await authenticator.authenticate(fresh)).not.toBeNull();
    secrets.pop();
    expect(await authenticator.authenticate(old)).toBeNull();
    expect(await authenticator.authenticate(fresh)).not.toBeNull();
  });

  it('does not mistake another secret of the same id for the one that it knew', async () => {
    const { authenticator, secrets, logIn } = await createFixture();
    const token = await logIn();
    expect(await authenticator.authenticate(token)).not.toBeNull();
    secrets.splice(0, 1, createSecret('first'));
    expect(await authenticator.authenticate(token)).toBeNull();
  });

  it('says what is wrong when there is no secret', async () => {
    const { secrets, logIn } = await createFixture();
    secrets.pop();
    await expect(logIn()).rejects.toThrow('no secret to sign tokens with');
  });
});

it('still accepts a token after thousands of others', async () => {
  const { authenticator, token, claims, secret } = await createLoggedIn();
  expect(await authenticator.authenticate(token)).not.toBeNull();
  for (let count = 0; count < 2100; count += 1) {
    await authenticator.authenticate(await signWith(secret, { ...claims, jti: String(count) }));
  }
  expect(await authenticator.authenticate(token)).not.toBeNull();
});

it('keeps a token from working for longer than its session, whatever it claims', async () => {
  const { authenticator, claims, secret, advance } = await createLoggedIn();
  const eternal = await signWith(secret, { ...claims, exp: (claims.exp ?? 0) + 1000 * day });
  advance(7 * day);
  expect(await authenticator.authenticate(eternal)).toBeNull();
});
