import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createSmtpMailer, type Mailer } from '@synckeep/accounts';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** Quoted-printable, as far as plain text of ours uses it. */
const decode = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => `%${hex}`)
      .replace(/%([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

const parse = (raw: string): Pick<ReceivedMail, 'subject' | 'text'> => {
  const [head = '', ...body] = raw.split('\r\n\r\n');
  const text = body.join('\n\n');
  const isQuoted = /^content-transfer-encoding: quoted-printable/im.test(head);
  return {
    subject: /^subject: (.*(?:\r\n[ \t].*)*)/im.exec(head)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? '',
    text: (isQuoted ? decode(text) : text).replaceAll('\r\n', '\n'),
  };
};

/** A real SMTP server on this machine that keeps what it gets. */
export const openMailbox = async () => {
  const mails: ReceivedMail[] = [];
  /** Answers to the next mails instead of taking them. */
  const refusals: { readonly responseCode: number }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      if (username === 'synckeep' && password === 'a mail password') done(null, { user: username });
      else done(new Error('The login is wrong.'));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const refusal = refusals.shift();
        if (refusal) {
          done(Object.assign(new Error('Not now.'), refusal));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          ...parse(Buffer.concat(parts).toString('utf8')),
        });
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;

  const createMailer = (): Mailer =>
    createSmtpMailer({
      ...{ host: '127.0.0.1', port, tls: 'off', user: 'synckeep', password: 'a mail password' },
      ...{ from: 'sync@example.org', fromName: 'Synckeep' },
    });

  /** Waits for the mail to an address that came after `seen` others. */
  const waitFor = async (to: string, seen = 0): Promise<ReceivedMail> => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = mails.filter((mail) => mail.to.includes(to))[seen];
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`No mail came to ${to}.`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  return {
    port,
    mails,
    refusals,
    createMailer,
    waitFor,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

/** What the link in a mail holds. */
export const tokenIn = ({ text }: Pick<ReceivedMail, 'text'>): string => {
  const token = /\?token=([0-9a-f]{64})/.exec(text)?.[1];
  if (token === undefined) throw new Error(`There is no link in: ${text}`);
  return token;
};
