import { describe, expect, it } from 'vitest';
import { day } from '../accounts-fixture.js';
import { useMailbox } from '../letters-fixture.js';
import { tokenIn } from '../mailbox.js';

const { mailbox, createWithMail } = useMailbox();
const password = 'a long enough password';

const createOpen = async () => {
  const fixture = await createWithMail();
  const app = await fixture.saveApp({ ...fixture.app, registration: 'open' });
  return { ...fixture, app };
};

describe('registering for an app that is open', () => {
  it('makes an account with a proven address, by a link that works once', async () => {
    const { registration, app, users, login, credentials } = await createOpen();
    const email = 'new-1@example.com';
    registration.request(app.id, ` ${email}`);
    const mail = await mailbox().waitFor(email);
    expect(mail.text).toContain('https://sync.example.org/account/register?token=');
    expect(mail.text).toContain('"Notes"');
    const token = tokenIn(mail);
    expect(await registration.find(token)).toMatchObject({ email, app: { id: app.id, name: 'Notes' } });
    const made = await registration.complete(token, password, null);
    expect(await users.get(made?.userId ?? '')).toMatchObject({ email, verifiedAt: expect.any(Number) });
    expect(await registration.find(token)).toBeNull();
    expect(await registration.complete(token, password, null)).toBeNull();
    expect(await login.login({ ...credentials, email, password })).toMatchObject({ userId: made?.userId });
  });

  it('makes one account of a link that is opened twice at once', async () => {
    const { registration, app } = await createOpen();
    registration.request(app.id, 'new-2@example.com');
    const token = tokenIn(await mailbox().waitFor('new-2@example.com'));
    const made = await Promise.allSettled([1, 2, 3].map(() => registration.complete(token, password, null)));
    expect(made.filter((each) => each.status === 'fulfilled' && each.value !== null)).toHaveLength(1);
  });

  it('tells the owner of an address that there is an account, and nobody else', async () => {
    const { registration, app, users } = await createOpen();
    await users.create('taken@example.com', password);
    registration.request(app.id, 'Taken@example.com');
    const mail = await mailbox().waitFor('Taken@example.com');
    expect(mail.text).toContain('There is one already');
    expect(mail.text).not.toContain('token=');
  });

  it('ends with the link: after a day, when the app is closed, and when it is deleted', async () => {
    const { registration, app, advance, saveApp, apps, records, now } = await createOpen();
    registration.request(app.id, 'new-3@example.com');
    const late = tokenIn(await mailbox().waitFor('new-3@example.com'));
    advance(day);
    expect(await registration.find(late)).toBeNull();
    registration.request(app.id, 'new-4@example.com');
    const token = tokenIn(await mailbox().waitFor('new-4@example.com'));
    await saveApp({ ...app, registration: 'closed' });
    expect(await registration.complete(token, password, null)).toBeNull();
    await saveApp({ ...app, registration: 'open' });
    expect(await registration.find(token)).not.toBeNull();
    await records.transact([apps.delete(app.id)], now());
    expect(await registration.complete(token, password, null)).toBeNull();
  });

  it('takes no password that is short, common or the address itself', async () => {
    const { registration, app } = await createOpen();
    registration.request(app.id, 'new-person@example.com');
    const token = tokenIn(await mailbox().waitFor('new-person@example.com'));
    await expect(registration.complete(token, 'short', null)).rejects.toMatchObject({ code: 'password_too_short' });
    for (const common of ['password1', '12345678', 'new-person@example.com', 'qwertyuiop'])
      await expect(registration.complete(token, common, null)).rejects.toMatchObject({ code: 'password_common' });
    expect(await registration.complete(token, password, null)).not.toBeNull();
  });

  it.each(['x,victim@example.com', 'x<victim@example.com>', 'a b@example.com', 'nobody', '"a"@example.com'])(
    'does not take %j for an address',
    async (email) => {
      const { registration, app } = await createOpen();
      expect(() => registration.request(app.id, email)).toThrow('An e-mail address has one @');
    },
  );
});

describe('registering for an app that is not open', () => {
  it.each(['closed', 'invite'] as const)('sends nothing when it is %s', async (policy) => {
    const { registration, app, saveApp, users } = await createWithMail();
    await saveApp({ ...app, registration: policy });
    const before = mailbox().mails.length;
    registration.request(app.id, 'nobody@example.com');
    registration.request('no-such-app', 'nobody@example.com');
    await users.create('carol@example.com', password);
    registration.request(app.id, 'carol@example.com');
    await saveApp({ ...app, registration: 'open' });
    registration.request(app.id, `last-${policy}@example.com`);
    await mailbox().waitFor(`last-${policy}@example.com`);
    expect(mailbox().mails.slice(before)).toHaveLength(1);
  });

  it('takes who was invited, also without any mail', async () => {
    const { registration, app, saveApp, users } = await createWithMail();
    await saveApp({ ...app, registration: 'invite' });
    const link = await registration.invite(app.id, 'guest@example.com', { seconds: 7 * 86_400, send: false });
    const made = await registration.complete(tokenIn({ text: link }), password, null);
    expect(await users.get(made?.userId ?? '')).toMatchObject({ email: 'guest@example.com' });
  });

  it('sends the invitation if told so', async () => {
    const { registration, app, saveApp } = await createWithMail();
    await saveApp({ ...app, registration: 'invite' });
    const link = await registration.invite(app.id, 'guest-2@example.com', { seconds: 86_400, send: true });
    expect((await mailbox().waitFor('guest-2@example.com')).text).toContain(link);
  });

  it('invites nobody where nobody can register, nobody twice, and to no app that is not there', async () => {
    const { registration, app, saveApp, credentials } = await createWithMail();
    const invite = (appId: string, email: string) => registration.invite(appId, email, { seconds: 60, send: false });
    await expect(invite(app.id, 'guest@example.com')).rejects.toMatchObject({ code: 'registration_closed' });
    await expect(invite('nothing', 'guest@example.com')).rejects.toMatchObject({ code: 'unknown_app' });
    await saveApp({ ...app, registration: 'invite' });
    await expect(invite(app.id, credentials.email)).rejects.toMatchObject({ code: 'email_taken' });
  });
});
