import { parseDuration } from './duration.js';
import { setting, text } from './setting.js';

const parseRecipients = (value: string): readonly string[] | undefined => {
  const recipients = value.split(',').map((part) => part.trim());
  return recipients.every((recipient) => /^age1[0-9a-z]{10,}$/.test(recipient)) ? recipients : undefined;
};

const parsePath = (value: string): string | undefined => (value === '' || value.includes('\0') ? undefined : value);

const parseCount = (value: string): number | undefined => (/^[0-9]{1,4}$/.test(value) ? Number(value) : undefined);

const parsePace = (value: string): number | undefined => {
  const seconds = parseDuration(value);
  return seconds !== undefined && seconds >= 60 ? seconds : undefined;
};

const path = text(parsePath, 'the path of a file');
const count = text(parseCount, 'a number from 0 to 9999');

const keep = <V extends string, F extends string>(variable: V, flag: F, what: string) =>
  setting(variable, flag, `keep ${what}; of each that is left out none is kept for its sake`, count.optional());

/** What seals and opens backups. */
export const backupKeySettings = {
  ageRecipient: setting(
    'SYNCKEEP_BACKUP_AGE_RECIPIENT',
    '--age-recipient <recipients>',
    'encrypt to these recipients of age, separated by commas',
    text(parseRecipients, 'recipients of age separated by commas, such as age1…').optional(),
  ),
  ageIdentityFile: setting(
    'SYNCKEEP_BACKUP_AGE_IDENTITY_FILE',
    '--age-identity-file <file>',
    'a file of age with what opens backups that were encrypted to a recipient',
    path.optional(),
  ),
  passphraseFile: setting(
    'SYNCKEEP_BACKUP_PASSPHRASE_FILE',
    '--passphrase-file <file>',
    'encrypt with the passphrase in this file, and open with it',
    path.optional(),
  ),
  backupPassphrase: setting(
    'SYNCKEEP_BACKUP_PASSPHRASE',
    null,
    'the passphrase itself',
    text((value) => (value === '' ? undefined : value), 'a passphrase').optional(),
  ),
} as const;

/** Which backups stay. */
export const retentionSettings = {
  keepLast: keep('SYNCKEEP_BACKUP_KEEP_LAST', '--keep-last <number>', 'so many of the newest backups'),
  keepDaily: keep('SYNCKEEP_BACKUP_KEEP_DAILY', '--keep-daily <number>', 'the newest of each of so many days'),
  keepWeekly: keep('SYNCKEEP_BACKUP_KEEP_WEEKLY', '--keep-weekly <number>', 'the newest of each of so many weeks'),
  keepMonthly: keep('SYNCKEEP_BACKUP_KEEP_MONTHLY', '--keep-monthly <number>', 'the newest of each of so many months'),
} as const;

/** How `serve` takes backups by itself. */
export const backupSettings = {
  backupEvery: setting(
    'SYNCKEEP_BACKUP_EVERY',
    '--backup-every <time>',
    'take a backup into the backup place when the newest one is so old; never by itself when left out',
    text(parsePace, 'a time from 60s to 365d, such as 24h').optional(),
  ),
  ...backupKeySettings,
  ...retentionSettings,
} as const;
