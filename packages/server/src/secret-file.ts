import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Log, Secret, Secrets } from '@synckeep/core';
import { codeOf, Refusal } from './refusal.js';
import { createSecret, fromSecretLine, keepSecrets, toSecretText } from './secret.js';
import { syncFolder } from './sync-folder.js';

/**
 * The signing secrets of a data folder: lines of `kid hex`, newest first, mode 0600. The file is only ever replaced as
 * a whole, so a reader never sees it in part.
 */
export const secretFileName = 'secret';

const parse = (path: string): readonly Secret[] => {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((each) => each.trim() !== '');
  const secrets = lines.map((each, index): Secret => {
    const secret = fromSecretLine(each);
    if (!secret) {
      throw new Refusal(`Line ${index + 1} of ${path} is not an id, a space and at least 64 lower-case hex digits.`);
    }
    return secret;
  });
  if (secrets.length === 0) throw new Refusal(`${path} is empty. Remove it to have a new secret made.`);
  return secrets;
};

/** Writes the secrets durably beside `path`, then lets `place` put them there. */
const write = (path: string, secrets: readonly Secret[], place: (temporary: string) => void): void => {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      fchmodSync(handle, 0o600);
      writeSync(handle, toSecretText(secrets));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    place(temporary);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
};

/** Makes the file with one secret unless it is there. Of several processes at once, one makes it and all use it. */
export const ensureSecretFile = (path: string, log: Log): void => {
  const present = statSync(path, { throwIfNoEntry: false });
  if (present) {
    if ((present.mode & 0o077) === 0) return;
    chmodSync(path, 0o600);
    log.warn({ path }, 'Others could read the secret file; now only its owner can. Rotate it if they may have.');
    return;
  }
  write(path, [createSecret()], (temporary) => {
    try {
      // Unlike a rename, a link never replaces what another process put there meanwhile.
      linkSync(temporary, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  });
};

/**
 * Puts a new secret first; the old ones stay, so that what they signed stays good, unless `dropOld`. The caller keeps
 * others from rotating at the same time. @returns the id of the new secret.
 */
export const rotateSecretFile = (path: string, { dropOld }: { readonly dropOld: boolean }): string => {
  const secret = createSecret();
  write(path, [secret, ...(dropOld ? [] : parse(path))], (temporary) => renameSync(temporary, path));
  return secret.id;
};

/** Drops every secret but one, under the same condition. */
export const dropOldSecrets = (path: string, kept: string): void =>
  write(
    path,
    parse(path).filter(({ id }) => id === kept),
    (temporary) => renameSync(temporary, path),
  );

export const readSecretFile = (path: string): readonly Secret[] => parse(path);

/** Milliseconds between two looks at the file. */
const pace = 1_000;
/** Every process has seen a secret that is this many milliseconds old, so that what it signs is good everywhere. */
const settled = 2 * pace;

/**
 * The secrets of the file, which other processes may rotate at any time: looked at once a second at most. A new secret
 * verifies at once and signs from 2 s on. When the file cannot be read, the last known secrets stay in use.
 * @throws Refusal when the file is not readable at the beginning.
 */
export const createFileSecrets = (path: string, clock: Clock, log: Log): Secrets => {
  const stampOf = () => {
    const { mtimeMs, size, ino } = statSync(path);
    return { text: `${mtimeMs} ${size} ${ino}`, changedAt: mtimeMs };
  };
  let stamp = stampOf();
  let inFile = parse(path);
  let lookedAt = clock.now();

  const look = (): void => {
    try {
      const found = stampOf();
      if (found.text === stamp.text) return;
      inFile = keepSecrets(inFile, parse(path));
      stamp = found;
    } catch (error) {
      log.error({ err: error }, 'The secret file cannot be read. The secrets that were read before stay in use.');
    }
  };

  return {
    list() {
      const now = clock.now();
      // A clock that was set back must not keep it from looking.
      if (Math.abs(now - lookedAt) >= pace) {
        lookedAt = now;
        look();
      }
      const age = now - stamp.changedAt;
      const [newest, previous, ...older] = inFile;
      const isYoung = age >= 0 && age < settled;
      return isYoung && newest && previous ? [previous, newest, ...older] : inFile;
    },
  };
};
