import type { Command } from 'commander';
import { administrativeCommand, type CommonFlags } from '../administer.js';
import { readBackupKeys } from '../backup/backup-keys.js';
import { withRepository } from '../backup/open-named-place.js';
import { type RestoreReport, restore as restoreBackup } from '../backup/restore.js';
import { createSqliteTarget } from '../backup/restore-sqlite.js';
import type { RestoreTarget } from '../backup/restore-target.js';
import { findSnapshot, type Snapshot } from '../backup/snapshots.js';
import { backupKeySettings } from '../backup-settings.js';
import { type Flags, type PartsConfiguration, readAdministration } from '../configuration.js';
import { createLogger } from '../logger.js';
import { createProgress } from '../moving.js';
import { print } from '../print.js';
import { addSettings } from '../setting-options.js';

interface RestoreFlags extends CommonFlags, Pick<Flags, keyof typeof backupKeySettings> {
  readonly snapshot?: string;
}

const toLines = ({ id, manifest }: Snapshot, report: RestoreReport, shown: string): readonly string[] => {
  const { logs, blobs, blobBytes, lostBlobs, erasedUsers, erasedApps, abandonedImports } = report;
  const erased = `Erased again what was erased since: ${erasedUsers} users, ${erasedApps} apps.`;
  return [
    `Restored the backup ${id}, taken at ${manifest.taken_at}, into ${shown}.`,
    `${blobs} blobs (${blobBytes} bytes). ${logs} logs have new epochs: devices push again what the backup does not have.`,
    ...(erasedUsers + erasedApps === 0 ? [] : [erased]),
    ...(abandonedImports === 0 ? [] : [`Gave up ${abandonedImports} imports that were under way. Repeat them.`]),
    ...(lostBlobs === 0 ? [] : [`${lostBlobs} blobs were missing when the backup was taken.`]),
  ];
};

const openTarget = async (parts: PartsConfiguration): Promise<RestoreTarget> => {
  const { dataDir, database, databaseListen, databaseSchema, secret } = parts;
  if (database === undefined) return createSqliteTarget(dataDir);
  // Only here, so that others do not pay for the driver.
  const { createPostgresTarget } = await import('../backup/restore-postgres.js');
  return createPostgresTarget(databaseListen ?? database, databaseSchema, secret !== undefined);
};

const run = async (named: string | undefined, flags: RestoreFlags): Promise<void> => {
  const { logLevel, ...parts } = readAdministration(process.env, flags);
  const keys = readBackupKeys(process.env, flags);
  await withRepository({ named, flags, keys, use: 'read' }, async (repository) => {
    const snapshot = await findSnapshot(repository, flags.snapshot);
    const target = await openTarget(parts);
    const onProgress = createProgress((bytes: number) => `restored so far: ${bytes} bytes of blobs`);
    const log = await createLogger(logLevel);
    const report = await restoreBackup({ repository, snapshot, target, parts: { ...parts, log }, onProgress });
    const { logs, blobs, blobBytes, lostBlobs, erasedUsers, erasedApps, abandonedImports } = report;
    const view = {
      snapshot: snapshot.id,
      taken_at: snapshot.manifest.taken_at,
      database: snapshot.manifest.database.form,
      logs,
      blobs,
      blob_bytes: blobBytes,
      lost_blobs: lostBlobs,
      erased_users: erasedUsers,
      erased_apps: erasedApps,
      abandoned_imports: abandonedImports,
    };
    print(flags, view, toLines(snapshot, report, target.shown));
  });
};

export const restore = (): Command =>
  addSettings(
    administrativeCommand('restore', 'Bring a backup into an empty place, so that every device notices.')
      .argument('[place]', 'a folder or s3://bucket/prefix?…; that of --backup when left out')
      .option('--snapshot <id>', 'this backup, by its id or the beginning of it; the newest one when left out'),
    backupKeySettings,
  ).action(run);
