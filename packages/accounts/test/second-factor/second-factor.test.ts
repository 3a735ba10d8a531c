import { describe, expect, it } from 'vitest';
import { createCountingLimiter, createFixture, createSecret } from '../accounts-fixture.js';
import { createApp, createSecured } from './second-factor-fixture.js';

const minute = 60_000;

describe('turning on a second factor', () => {
  it('is off at first, and takes no code', async () => {
    const { secondFactor, user } = await createFixture();
    expect(await secondFactor.isOn(user.id)).toBe(false);
    expect(await secondFactor.describe(user.id)).toBeNull();
    expect(await secondFactor.verify(user.id, '000000')).toBe(false);
    expect(await secondFactor.confirm(user.id, '000000')).toBeNull();
    expect(await secondFactor.renewRecoveryCodes(user.id)).toBeNull();
  });

  it('is on only after a right code, and gives ten recovery codes', async () => {
    const { secondFactor, user, now } = await createFixture();
    const { secret, uri } = await secondFactor.begin(user.id);
    const codeAt = createApp(secret, now);
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    expect(decodeURIComponent(uri)).toContain('Synckeep:alice@example.com');
    expect(await secondFactor.isOn(user.id)).toBe(false);
    expect(await secondFactor.confirm(user.id, codeAt(5))).toBeNull();
    expect(await secondFactor.isOn(user.id)).toBe(false);
    const codes = await secondFactor.confirm(user.id, codeAt());
    expect(new Set(codes).size).toBe(10);
    expect(codes?.every((code) => /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(code))).toBe(true);
    expect(await secondFactor.describe(user.id)).toEqual({ since: now(), recoveryCodesLeft: 10 });
  });

  it('must be finished within 15 minutes', async () => {
    const { secondFactor, user, now, advance } = await createFixture();
    const { secret } = await secondFactor.begin(user.id);
    advance(15 * minute);
    expect(await secondFactor.confirm(user.id, createApp(secret, now)())).toBeNull();
  });

  it('leaves the one that was on until the new one is confirmed', async () => {
    const { secondFactor, user, now, codeAt, recoveryCodes, advance } = await createSecured();
    const { secret } = await secondFactor.begin(user.id);
    expect(await secondFactor.verify(user.id, codeAt())).toBe(true);
    const newCodeAt = createApp(secret, now);
    expect(await secondFactor.confirm(user.id, newCodeAt())).toHaveLength(10);
    advance(30_000);
    expect(await secondFactor.verify(user.id, codeAt())).toBe(false);
    expect(await secondFactor.verify(user.id, recoveryCodes[0] ?? '')).toBe(false);
    expect(await secondFactor.verify(user.id, newCodeAt())).toBe(true);
  });

  it('is for users who are there', async () => {
    const { secondFactor, users, user, records } = await createFixture();
    await expect(secondFactor.begin('nobody')).rejects.toMatchObject({ code: 'unknown_user' });
    await secondFactor.begin(user.id);
    await users.remove(user.id);
    expect(await records.get('second-factor-enrolment', user.id)).toBeNull();
  });

  it('goes with the user, also when it is confirmed at that moment', async () => {
    const { secondFactor, users, user, now, records } = await createFixture();
    const { secret } = await secondFactor.begin(user.id);
    await Promise.all([users.remove(user.id), secondFactor.confirm(user.id, createApp(secret, now)())]);
    expect(await records.get('second-factor', user.id)).toBeNull();
  });
});

describe('a code of the authenticator app works once', () => {
  it('is taken with a step of time before and after, and with spaces', async () => {
    const { secondFactor, user, codeAt, advance } = await createSecured();
    advance(5 * minute);
    expect(await secondFactor.verify(user.id, codeAt(-2))).toBe(false);
    expect(await secondFactor.verify(user.id, codeAt(2))).toBe(false);
    expect(await secondFactor.verify(user.id, codeAt(-1))).toBe(true);
    expect(await secondFactor.verify(user.id, ` ${codeAt().slice(0, 3)} ${codeAt().slice(3)} `)).toBe(true);
    expect(await secondFactor.verify(user.id, codeAt(1))).toBe(true);
  });

  it('is not taken twice, and none from before it', async () => {
    const { secondFactor, user, codeAt, advance } = await createSecured();
    advance(5 * minute);
    expect(await secondFactor.verify(user.id, codeAt())).toBe(true);
    expect(await secondFactor.verify(user.id, codeAt())).toBe(false);
    expect(await secondFactor.verify(user.id, codeAt(-1))).toBe(false);
  });

  it('is taken from one of twenty that come at once', async () => {
    const { secondFactor, user, codeAt, recoveryCodes } = await createSecured();
    const several = (code: string) => Promise.all(Array.from({ length: 20 }, () => secondFactor.verify(user.id, code)));
    expect((await several(codeAt())).filter(Boolean)).toHaveLength(1);
    expect((await several(recoveryCodes[0] ?? '')).filter(Boolean)).toHaveLength(1);
  });

  it('that confirmed the second factor is used up', async () => {
    const { secondFactor, user, codeAt } = await createSecured();
    expect(await secondFactor.verify(user.id, codeAt(-1))).toBe(false);
  });

  it('is never that of another user', async () => {
    const { secondFactor, users, user, codeAt, recoveryCodes, now } = await createSecured();
    const other = await users.create('bob@example.com', 'correct horse');
    const { secret } = await secondFactor.begin(other.id);
    await secondFactor.confirm(other.id, createApp(secret, now)());
    expect(await secondFactor.verify(other.id, codeAt())).toBe(false);
    expect(await secondFactor.verify(other.id, recoveryCodes[0] ?? '')).toBe(false);
    expect(await secondFactor.verify(user.id, codeAt())).toBe(true);
  });
});

describe('a recovery code works once', () => {
  it('in any letter case, without its hyphens, with letters that look like its digits', async () => {
    const { secondFactor, user, recoveryCodes, now } = await createSecured();
    const [first = '', second = '', third = ''] = recoveryCodes;
    expect(await secondFactor.verify(user.id, first)).toBe(true);
    expect(await secondFactor.verify(user.id, first)).toBe(false);
    expect(await secondFactor.verify(user.id, ` ${second.toLowerCase().replaceAll('-', ' ')}`)).toBe(true);
    expect(await secondFactor.verify(user.id, third.replaceAll('0', 'O').replaceAll('1', 'l'))).toBe(true);
    expect(await secondFactor.describe(user.id)).toEqual({ since: now() - 30_000, recoveryCodesLeft: 7 });
  });

  it('is worthless after new ones were made', async () => {
    const { secondFactor, user, recoveryCodes } = await createSecured();
    const renewed = await secondFactor.renewRecoveryCodes(user.id);
    expect(await secondFactor.verify(user.id, recoveryCodes[0] ?? '')).toBe(false);
    expect(await secondFactor.verify(user.id, renewed?.[0] ?? '')).toBe(true);
  });

  it.each(['', '12345', '1234567', 'not a code', '7Q2M-0X9K-RT4V', 'u'.repeat(16)])('never is %j', async (code) => {
    const { secondFactor, user } = await createSecured();
    expect(await secondFactor.verify(user.id, code)).toBe(false);
  });
});

describe('wrong codes of one user are limited [P-6]', () => {
  it('after ten, also for right codes; never for recovery codes, so that nobody is kept out', async () => {
    const { secondFactor, user, codeAt, recoveryCodes, advance } = await createSecured({
      rateLimiter: createCountingLimiter(),
    });
    advance(5 * minute);
    const wrong = codeAt(40);
    for (let count = 0; count < 10; count += 1) expect(await secondFactor.verify(user.id, wrong)).toBe(false);
    const limited = { code: 'rate_limited', retryAfter: 60 };
    await expect(secondFactor.verify(user.id, codeAt())).rejects.toMatchObject(limited);
    await expect(secondFactor.confirm(user.id, codeAt())).rejects.toMatchObject(limited);
    expect(await secondFactor.verify(user.id, recoveryCodes[0] ?? '')).toBe(true);
  });
});

describe('what is kept of a second factor', () => {
  it('opens only with the signing secret, and for the user it was sealed for', async () => {
    const { secondFactor, records, users, user, secrets, codeAt, now } = await createSecured();
    const other = await users.create('bob@example.com', 'correct horse');
    const found = await records.get('second-factor', user.id);
    if (found === null) throw new Error('Nothing is kept.');
    await records.transact(
      [
        {
          write: 'put',
          kind: 'second-factor',
          key: other.id,
          condition: 'any',
          value: found.value,
          expiresAt: null,
          unique: {},
          indexes: {},
        },
      ],
      now(),
    );
    expect(await secondFactor.verify(other.id, codeAt())).toBe(false);
    secrets.splice(0, 1, createSecret('other'));
    expect(await secondFactor.verify(user.id, codeAt())).toBe(false);
    expect(await secondFactor.isOn(user.id)).toBe(true);
  });

  it('holds neither secret nor recovery code in clear', async () => {
    const { records, secondFactor, user, recoveryCodes } = await createSecured();
    const { secret } = await secondFactor.begin(user.id);
    const kept = JSON.stringify(await records.all(null, 1000));
    for (const text of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))])
      expect(kept).not.toContain(text);
  });

  it('is sealed anew before a secret is dropped', async () => {
    const { secondFactor, user, secrets, codeAt, recoveryCodes } = await createSecured();
    const made = createSecret('second');
    await secondFactor.reseal(made, secrets);
    secrets.splice(0, 1, made);
    expect(await secondFactor.verify(user.id, codeAt())).toBe(true);
    expect(await secondFactor.verify(user.id, recoveryCodes[0] ?? '')).toBe(true);
  });
});
