import { readFileSync } from 'node:fs';
import { type Flags, readBackupKeySettings, settings } from '../configuration.js';
import { codeOf, Refusal } from '../refusal.js';
import { type Environment, toSource } from '../setting.js';
import type { BackupKeys } from './cipher.js';

const read = (path: string, source: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(`The file ${path} cannot be read (${codeOf(error)}). Correct ${source}.`, { cause: error });
  }
};

/** A file of identities as `age-keygen` writes it: comments, and an identity on a line of its own. */
const toIdentities = (text: string, path: string): readonly string[] => {
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => /^AGE-SECRET-KEY-/.test(line));
  if (identities.length === 0) throw new Refusal(`There is no identity of age in ${path}: a line AGE-SECRET-KEY-1….`);
  return identities;
};

/** What seals and opens backups, from flags, files and the environment. @throws Refusal that repeats none of it */
export const readBackupKeys = (environment: Environment, flags: Flags): BackupKeys => {
  const {
    ageRecipient = [],
    ageIdentityFile,
    passphraseFile,
    backupPassphrase,
  } = readBackupKeySettings(environment, flags);
  // The line break is the editor's, not the passphrase's.
  const fromFile =
    passphraseFile === undefined
      ? undefined
      : read(passphraseFile, toSource(settings.passphraseFile)).replace(/\r?\n$/, '');
  if (fromFile === '') throw new Refusal(`The file ${passphraseFile} is empty. Write a passphrase into it.`);
  return {
    recipients: ageRecipient,
    identities:
      ageIdentityFile === undefined
        ? []
        : toIdentities(read(ageIdentityFile, toSource(settings.ageIdentityFile)), ageIdentityFile),
    passphrase: fromFile ?? backupPassphrase ?? null,
  };
};
