import { setting, text } from './setting.js';
import { parseSmtpUrl } from './smtp-url.js';

const parseBase = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isBase = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  return isBase ? url.href.replace(/\/+$/, '') : undefined;
};

/** An http or https URL without anything behind its path. */
export const baseUrl = (example: string) => text(parseBase, `an http or https URL without a query, such as ${example}`);

const parseName = (value: string): string | undefined =>
  value.length <= 100 && /^[^\p{Cc}\p{Cs}"<>]+$/u.test(value) ? value.trim() || undefined : undefined;

const parseAddress = (value: string): string | undefined =>
  /^[^\s@",;:<>()[\]\\]+@[^\s@",;:<>()[\]\\]+$/.test(value) ? value : undefined;

/** What people see of the server, in pages and letters: every command that makes a link must know it too. */
export const pageSettings = {
  publicUrl: setting(
    'SYNCKEEP_PUBLIC_URL',
    '--public-url <url>',
    'what clients and browsers call this server; the listen address when left out',
    baseUrl('https://sync.example.org').optional(),
  ),
  serviceName: setting(
    'SYNCKEEP_NAME',
    '--service-name <name>',
    'what pages, letters and authenticator apps call this server',
    text(parseName, 'a name of at most 100 characters on one line, such as "Example Sync"'),
    'Synckeep',
  ),
  smtp: setting(
    'SYNCKEEP_SMTP_URL',
    '--smtp <url>',
    'a mail server for letters to users; without one, links are handed over by you',
    text(
      parseSmtpUrl,
      'an SMTP URL, such as smtp://user:password@mail.example.org:587 or smtps://mail.example.org; ?tls=off sends in clear',
    ).optional(),
  ),
  mailFrom: setting(
    'SYNCKEEP_MAIL_FROM',
    '--mail-from <address>',
    'the sender of letters to users',
    text(parseAddress, 'an e-mail address, such as sync@example.org').optional(),
  ),
} as const;
