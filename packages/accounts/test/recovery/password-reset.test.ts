import { describe, expect, it } from 'vitest';
import { useMailbox } from '../letters-fixture.js';
import { tokenIn } from '../mailbox.js';
import { createApp } from '../second-factor/second-factor-fixture.js';

const { mailbox, createWithMail } = useMailbox();
const chosen = { password: 'another good password', code: '', revokeTokens: false, address: null };

/** A user of an address of its own, who asked for a link. */
const createForgetful = async (email: string) => {
  const fixture = await createWithMail();
  const user = await fixture.users.create(email, 'the old password');
  fixture.passwordReset.request(email);
  return { ...fixture, user, token: tokenIn(await mailbox().waitFor(email)) };
};

describe('a forgotten password', () => {
  it('is replaced by whoever has the link, once, and word of it is sent', async () => {
    const email = 'forgetful-1@example.com';
    const { passwordReset, token, login, credentials, users, user } = await createForgetful(email);
    expect(await passwordReset.find(token)).toEqual({ email, needsCode: false });
    expect(await passwordReset.complete(token, chosen)).toBe('done');
    expect(await passwordReset.complete(token, chosen)).toBe('gone');
    expect(await passwordReset.find(token)).toBeNull();
    await login.login({ ...credentials, email, password: chosen.password });
    await expect(login.login({ ...credentials, email, password: 'the old password' })).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    expect((await mailbox().waitFor(email, 1)).subject).toContain('was changed');
    expect(await users.get(user.id)).toMatchObject({ verifiedAt: expect.any(Number) });
  });

  it('is replaced by one of several tries at once', async () => {
    const { passwordReset, token } = await createForgetful('forgetful-2@example.com');
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => passwordReset.complete(token, chosen)));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  });

  it('ends every token if told so, and none otherwise', async () => {
    const email = 'forgetful-3@example.com';
    const { passwordReset, token, login, credentials, authenticator } = await createForgetful(email);
    const logIn = async (password: string) => (await login.login({ ...credentials, email, password })).token;
    const first = await logIn('the old password');
    await passwordReset.complete(token, chosen);
    expect(await authenticator.authenticate(first)).not.toBeNull();
    passwordReset.request(email);
    const again = tokenIn(await mailbox().waitFor(email, 2));
    await passwordReset.complete(again, { ...chosen, revokeTokens: true });
    expect(await authenticator.authenticate(first)).toBeNull();
  });

  it('is not replaced by a link that is an hour old, of a disabled user, or of a former address', async () => {
    const email = 'forgetful-4@example.com';
    const { passwordReset, token, users, user, advance } = await createForgetful(email);
    await users.disable(user.id);
    expect(await passwordReset.complete(token, chosen)).toBe('gone');
    await users.enable(user.id);
    expect(await passwordReset.find(token)).not.toBeNull();
    advance(3_600_000);
    expect(await passwordReset.complete(token, chosen)).toBe('gone');
  });

  it('ends the other links of the user', async () => {
    const email = 'forgetful-5@example.com';
    const { passwordReset, token } = await createForgetful(email);
    passwordReset.request(email);
    const other = tokenIn(await mailbox().waitFor(email, 1));
    expect(await passwordReset.complete(other, chosen)).toBe('done');
    expect(await passwordReset.find(token)).toBeNull();
  });

  it('needs the second factor where it is on: mail alone is not enough', async () => {
    const { passwordReset, token, secondFactor, user, now, advance } = await createForgetful('forgetful-6@example.com');
    const { secret } = await secondFactor.begin(user.id);
    const codeAt = createApp(secret, now);
    const recovery = await secondFactor.confirm(user.id, codeAt());
    advance(30_000);
    expect(await passwordReset.find(token)).toMatchObject({ needsCode: true });
    expect(await passwordReset.complete(token, chosen)).toBe('wrong_code');
    expect(await passwordReset.complete(token, { ...chosen, code: codeAt(9) })).toBe('wrong_code');
    expect(await passwordReset.complete(token, { ...chosen, code: recovery?.[0] ?? '' })).toBe('done');
  });

  it('is not asked for by a link that holds another purpose, or by what the database keeps', async () => {
    const { passwordReset, verification, token, user, records } = await createForgetful('forgetful-7@example.com');
    const other = tokenIn({ text: await verification.createLink(user.id) });
    expect(await passwordReset.find(other)).toBeNull();
    const kept = JSON.stringify(await records.all(null, 1000));
    expect(kept).not.toContain(token);
    for (const { key } of await records.find('link', 'user', user.id, { after: null, limit: 9 }))
      expect(await passwordReset.find(key)).toBeNull();
  });

  it('gets no mail where there is nobody, or a disabled user', async () => {
    const { passwordReset, users } = await createWithMail();
    const disabled = await users.create('disabled@example.com', 'the old password');
    await users.disable(disabled.id);
    await users.create('last@example.com', 'the old password');
    passwordReset.request('nobody-at-all@example.com');
    passwordReset.request('disabled@example.com');
    passwordReset.request('last@example.com');
    await mailbox().waitFor('last@example.com');
    const reached = mailbox().mails.flatMap(({ to }) => to);
    expect(reached).not.toContain('nobody-at-all@example.com');
    expect(reached).not.toContain('disabled@example.com');
  });

  it('is replaced by a link of the administrator too, which goes with the user', async () => {
    const { passwordReset, users, user, records } = await createWithMail();
    const link = await passwordReset.createLink(user.id);
    expect(link).toContain('https://sync.example.org/account/reset?token=');
    await users.remove(user.id);
    expect(await passwordReset.find(tokenIn({ text: link }))).toBeNull();
    expect(await records.find('link', 'user', user.id, { after: null, limit: 9 })).toEqual([]);
    await expect(passwordReset.createLink(user.id)).rejects.toMatchObject({ code: 'unknown_user' });
  });
});
