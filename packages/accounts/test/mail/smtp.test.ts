import { createSmtpMailer } from '@synckeep/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMailbox } from '../mailbox.js';

let mailbox: Awaited<ReturnType<typeof openMailbox>>;
beforeAll(async () => {
  mailbox = await openMailbox();
});
afterAll(() => mailbox.close());

const letter = {
  to: 'alice@example.com',
  subject: 'Größe',
  text: 'A link: https://sync.example.org/account?token=1\n\nÄnderung',
};

describe('mail by SMTP', () => {
  it('arrives as it was written, with the sender of the configuration', async () => {
    const mailer = mailbox.createMailer();
    await mailer.send(letter);
    mailer.close();
    const mail = await mailbox.waitFor(letter.to);
    expect(mail).toMatchObject({ from: 'sync@example.org', to: ['alice@example.com'] });
    expect(mail.text).toContain('Änderung');
    expect(mail.text).toContain('https://sync.example.org/account?token=1');
  });

  it.each(['x,victim@example.com', 'x<victim@example.com>'])('never goes to another address than %j', async (to) => {
    const before = mailbox.mails.length;
    const mailer = mailbox.createMailer();
    await mailer.send({ ...letter, to }).catch(() => {});
    mailer.close();
    for (const mail of mailbox.mails.slice(before))
      expect(mail.to.map((each) => each.replaceAll('"', ''))).toEqual([to]);
  });

  it('tells what is refused for ever from what may be taken later', async () => {
    const mailer = mailbox.createMailer();
    mailbox.refusals.push({ responseCode: 550 }, { responseCode: 451 });
    await expect(mailer.send(letter)).rejects.toMatchObject({ name: 'MailRefused' });
    await expect(mailer.send(letter)).rejects.toMatchObject({ responseCode: 451 });
    mailer.close();
  });

  it('is not sent in clear where TLS is asked for, nor with a wrong login', async () => {
    const options = { host: '127.0.0.1', port: mailbox.port, from: 'sync@example.org', fromName: 'Synckeep' };
    const secure = createSmtpMailer({ ...options, tls: 'starttls' });
    await expect(secure.send(letter)).rejects.toThrow();
    secure.close();
    const wrong = createSmtpMailer({ ...options, tls: 'off', user: 'synckeep', password: 'wrong' });
    await expect(wrong.send(letter)).rejects.toMatchObject({ code: 'EAUTH' });
    wrong.close();
  });

  it('fails with a code where nothing listens', async () => {
    const nobody = createSmtpMailer({
      ...{ host: '127.0.0.1', port: 1, tls: 'off' },
      ...{ from: 'sync@example.org', fromName: 'Synckeep' },
    });
    await expect(nobody.send(letter)).rejects.toMatchObject({ code: 'ESOCKET' });
    nobody.close();
  });
});
