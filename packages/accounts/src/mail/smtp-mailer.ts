import { createTransport } from 'nodemailer';
import { type Mailer, MailRefused } from './mailer.js';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: asked for, and refused without it; `off`: in clear. */
  readonly tls: 'implicit' | 'starttls' | 'off';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The sender: `sync@example.org`. */
  readonly from: string;
  /** What is shown before the sender's address. */
  readonly fromName: string;
}

const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

export interface SmtpMailer extends Mailer {
  /** Logs in to the mail server. @throws what went wrong */
  check(): Promise<void>;
}

/** What a server answers for ever (RFC 5321: 5yz), except for a login that the administrator can correct. */
const isLasting = (error: unknown): boolean =>
  error instanceof Error &&
  'responseCode' in error &&
  typeof error.responseCode === 'number' &&
  error.responseCode >= 500 &&
  !('code' in error && error.code === 'EAUTH');

/** Mail through an SMTP server, over one or two connections that stay open while there is something to send. */
export const createSmtpMailer = ({ host, port, tls, user, password, from, fromName }: SmtpOptions): SmtpMailer => {
  const transport = createTransport({
    pool: true,
    maxConnections: 2,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'off',
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...patience,
  });
  return {
    async send({ to, subject, text }) {
      try {
        await transport.sendMail({
          // As objects, because text would be read as a list of addresses.
          from: { name: fromName, address: from },
          to: { name: '', address: to },
          subject,
          text,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw isLasting(error) ? new MailRefused('The mail server refuses this mail.', { cause: error }) : error;
      }
    },
    async check() {
      await transport.verify();
    },
    close: () => transport.close(),
  };
};
