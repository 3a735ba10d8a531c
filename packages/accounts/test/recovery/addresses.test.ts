import { describe, expect, it } from 'vitest';
import { day } from '../accounts-fixture.js';
import { useMailbox } from '../letters-fixture.js';
import { tokenIn } from '../mailbox.js';

const { mailbox, createWithMail } = useMailbox();

const createUser = async (email: string) => {
  const fixture = await createWithMail();
  return { ...fixture, user: await fixture.users.create(email, 'the old password') };
};

describe('confirming an address', () => {
  it('proves that the user reads its mail, by a link that works once', async () => {
    const { verification, users, user } = await createUser('confirm-1@example.com');
    expect(user.verifiedAt).toBeNull();
    verification.request(user.id);
    const token = tokenIn(await mailbox().waitFor(user.email));
    expect(await verification.find(token)).toEqual({ email: user.email });
    expect(await verification.complete(token)).toBe(true);
    expect(await users.get(user.id)).toMatchObject({ verifiedAt: expect.any(Number) });
    expect(await verification.complete(token)).toBe(false);
  });
});

describe('moving to another address', () => {
  const begin = async (from: string, to: string) => {
    const fixture = await createUser(from);
    await fixture.emailChange.request(fixture.user.id, to);
    const oldToken = tokenIn(await mailbox().waitFor(from));
    const newToken = tokenIn(await mailbox().waitFor(to));
    return { ...fixture, oldToken, newToken };
  };

  it.each([
    ['the old address first', 'old'],
    ['the new address first', 'new'],
  ])('needs both: %s', async (_name, first) => {
    const { emailChange, users, user, oldToken, newToken, login, credentials } = await begin(
      `from-${first}@example.com`,
      `to-${first}@example.com`,
    );
    const order = first === 'old' ? [oldToken, newToken] : [newToken, oldToken];
    expect(await emailChange.pending(user.id)).toBe(`to-${first}@example.com`);
    expect(await emailChange.agree(order[0] ?? '', null)).toBe('waiting');
    expect(await emailChange.agree(order[0] ?? '', null)).toBe('waiting');
    expect(await users.get(user.id)).toMatchObject({ email: `from-${first}@example.com` });
    expect(await emailChange.agree(order[1] ?? '', null)).toBe('done');
    expect(await users.get(user.id)).toMatchObject({ email: `to-${first}@example.com` });
    expect(await emailChange.agree(order[0] ?? '', null)).toBe('gone');
    expect(await emailChange.pending(user.id)).toBeNull();
    await login.login({ ...credentials, email: `to-${first}@example.com`, password: 'the old password' });
  });

  it('ends after a day, when it is cancelled, and with a later request', async () => {
    const { emailChange, user, oldToken, newToken, advance } = await begin('from-3@example.com', 'to-3@example.com');
    await emailChange.request(user.id, 'to-4@example.com');
    expect(await emailChange.agree(oldToken, null)).toBe('gone');
    expect(await emailChange.agree(newToken, null)).toBe('gone');
    const later = tokenIn(await mailbox().waitFor('to-4@example.com'));
    await emailChange.cancel(user.id);
    expect(await emailChange.find(later)).toBeNull();
    await emailChange.request(user.id, 'to-5@example.com');
    const last = tokenIn(await mailbox().waitFor('to-5@example.com'));
    advance(day);
    expect(await emailChange.agree(last, null)).toBe('gone');
  });

  it('tells only the new address that somebody else has it', async () => {
    const { emailChange, users, user } = await createUser('from-6@example.com');
    await users.create('to-6@example.com', 'the old password');
    await emailChange.request(user.id, 'to-6@example.com');
    expect((await mailbox().waitFor('to-6@example.com')).text).toContain('There is one already');
    const oldToken = tokenIn(await mailbox().waitFor('from-6@example.com'));
    expect(await emailChange.agree(oldToken, null)).toBe('waiting');
  });

  it('fails when somebody else takes the address meanwhile', async () => {
    const { emailChange, users, oldToken, newToken } = await begin('from-7@example.com', 'to-7@example.com');
    await emailChange.agree(oldToken, null);
    await users.create('to-7@example.com', 'the old password');
    await expect(emailChange.agree(newToken, null)).rejects.toMatchObject({ code: 'email_taken' });
  });

  it('ends links that went to the former address, and goes with the user', async () => {
    const { emailChange, passwordReset, users, user, records, oldToken, newToken } = await begin(
      'from-8@example.com',
      'to-8@example.com',
    );
    const reset = tokenIn({ text: await passwordReset.createLink(user.id) });
    await emailChange.agree(oldToken, null);
    await emailChange.agree(newToken, null);
    expect(await passwordReset.find(reset)).toBeNull();
    await emailChange.request(user.id, 'to-9@example.com');
    await users.remove(user.id);
    expect(await records.get('email-change', user.id)).toBeNull();
  });
});
