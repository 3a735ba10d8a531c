import { createSmtpMailer, type SmtpMailer } from '@synckeep/accounts';
import { type Explain, reach } from './backend.js';
import { pageSettings } from './page-settings.js';
import { codeOf } from './refusal.js';
import { toSource } from './setting.js';
import type { SmtpPlace } from './smtp-url.js';

const explainSmtp: Explain = (error, { place, source }) => {
  switch (codeOf(error)) {
    case 'EAUTH':
      return `The mail server at ${place} does not accept the user with this password. Correct ${source}.`;
    case 'ETLS':
      return `The mail server at ${place} does not offer TLS. Switch it on there, or say ?tls=off in ${source}.`;
    case 'ETIMEDOUT':
      return `The mail server at ${place} does not answer. Check the network and its firewalls, or correct ${source}.`;
    default:
      return undefined;
  }
};

/** The mailer of the configuration; null when there is none. `check` throws a Refusal with a sentence. */
export const openMailer = (options: {
  readonly smtp?: SmtpPlace | undefined;
  readonly mailFrom?: string | undefined;
  readonly serviceName?: string | undefined;
}): SmtpMailer | null => {
  const { smtp, mailFrom, serviceName = pageSettings.serviceName.fallback ?? '' } = options;
  if (smtp === undefined || mailFrom === undefined) return null;
  const mailer = createSmtpMailer({ ...smtp, from: mailFrom, fromName: serviceName });
  const backend = {
    service: 'The mail server',
    place: `${smtp.host}:${smtp.port}`,
    source: toSource(pageSettings.smtp),
  };
  return { ...mailer, check: () => reach(() => mailer.check(), backend, explainSmtp) };
};
