import { join } from 'node:path';
import { parseBlobPlace } from '../blob-place.js';
import { type CommonSettings, readAdministration } from '../configuration.js';
import { createLogger } from '../logger.js';
import { partSettings } from '../part-settings.js';
import { Refusal } from '../refusal.js';
import { toSource } from '../setting.js';
import { checkApart } from './apart.js';
import type { BackupKeys } from './cipher.js';
import { openPlace } from './place.js';
import { openRepository, type Repository } from './repository.js';

export interface NamedPlace {
  /** What the command line says; the place of the settings when left out. */
  readonly named: string | undefined;
  readonly flags: CommonSettings;
  readonly keys: BackupKeys;
  readonly use: 'read' | 'write' | 'look';
  /** Whether something is removed or written in a place that is only looked at. */
  readonly isChanged?: boolean;
}

/** Opens the place that a command is about, works, and closes it. @throws Refusal */
export const withRepository = async <T>(
  { named, flags, keys, use, isChanged = use === 'write' }: NamedPlace,
  work: (repository: Repository) => Promise<T>,
): Promise<T> => {
  const { backup, blobs, blobsFallback, dataDir, logLevel } = readAdministration(process.env, flags);
  const place = named === undefined ? backup : parseBlobPlace(named);
  if (place === undefined) {
    throw new Refusal(
      named === undefined
        ? `Name the place of the backups, or set ${toSource(partSettings.backup)}.`
        : 'The place of backups must be a folder, such as /backup/synckeep, or a bucket, such as s3://bucket/prefix?region=eu-central-1.',
    );
  }
  checkApart(place, [
    blobs ?? { kind: 'folder', path: join(dataDir, 'blobs') },
    ...(blobsFallback ? [blobsFallback] : []),
  ]);
  const opened = await openPlace(place, isChanged ? 'write' : 'read', await createLogger(logLevel));
  try {
    return await work(await openRepository(opened, keys, use));
  } catch (error) {
    const sentence = opened.explain(error);
    throw sentence === undefined ? error : new Refusal(sentence, { cause: error });
  } finally {
    await opened.close();
  }
};
