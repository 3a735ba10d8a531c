import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { readBackupKeys } from '../backup/backup-keys.js';
import type { BlobCounts } from '../backup/copy-blobs.js';
import { withRepository } from '../backup/open-named-place.js';
import { prune } from '../backup/prune.js';
import { hasRetention } from '../backup/retention.js';
import { type BackupReport, takeBackup } from '../backup/take-backup.js';
import { backupKeySettings, retentionSettings } from '../backup-settings.js';
import { type Flags, readRetention } from '../configuration.js';
import { createProgress } from '../moving.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';
import { addSettings } from '../setting-options.js';
import { toPruneLine } from './backup-prune.js';

interface BackupFlags
  extends CommonFlags,
    Pick<Flags, keyof typeof backupKeySettings | keyof typeof retentionSettings> {
  readonly form: 'own' | 'export';
}

const forms = {
  sqlite: 'a copy of the SQLite database',
  pg_dump: 'a dump of the PostgreSQL schema by pg_dump',
  export: 'an export of the database',
} as const;

const toLines = ({ snapshot, reason, databaseWrittenBytes, blobs }: BackupReport): readonly string[] => {
  const { database } = snapshot.manifest;
  const { count, copied, copiedBytes, lost } = blobs;
  const why = reason === null ? '' : `, because ${reason}`;
  return [
    `Backup ${snapshot.id}: ${forms[database.form]} (${database.file.size_bytes} bytes, ${databaseWrittenBytes} of them new)${why}.`,
    `${count} blobs, of which ${copied} were new (${copiedBytes} bytes).`,
    ...(lost === 0
      ? []
      : [`${lost} blobs that the database names are missing or damaged in the blob store. See "synckeep verify".`]),
  ];
};

const toView = ({ snapshot, reason, databaseWrittenBytes, blobs, erasures }: BackupReport) => ({
  snapshot: snapshot.id,
  taken_at: snapshot.manifest.taken_at,
  database: snapshot.manifest.database.form,
  reason,
  database_bytes: snapshot.manifest.database.file.size_bytes,
  database_new_bytes: databaseWrittenBytes,
  blobs: blobs.count,
  blobs_new: blobs.copied,
  blob_bytes_new: blobs.copiedBytes,
  lost_blobs: blobs.lost,
  erasures,
});

const toProgressLine = ({ copied, copiedBytes }: Readonly<BlobCounts>): string =>
  `copied so far: ${copied} blobs (${copiedBytes} bytes)`;

/** Does `work` with a signal that is given when the person, or the system, ends the program. */
const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController();
  const stop = () => controller.abort(new Refusal('Interrupted. What was copied is used by the next backup.'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
};

const run = async (named: string | undefined, flags: BackupFlags): Promise<void> => {
  const { form } = flags;
  const { keepLast = 0, keepDaily = 0, keepWeekly = 0, keepMonthly = 0 } = readRetention(process.env, flags);
  const retention = { keepLast, keepDaily, keepWeekly, keepMonthly };
  const keys = readBackupKeys(process.env, flags);
  await administer(flags, (composition) =>
    withRepository({ named, flags, keys, use: 'write' }, async (repository) => {
      const onProgress = createProgress(toProgressLine);
      const report = await interruptible((signal) => takeBackup({ composition, repository, form, onProgress, signal }));
      const pruned = hasRetention(retention) ? await prune(repository, retention) : null;
      const view = {
        ...toView(report),
        ...(pruned ? { kept: pruned.kept.length, removed: pruned.removed.length } : {}),
      };
      print(flags, view, [...toLines(report), ...(pruned ? [toPruneLine(pruned)] : [])]);
    }),
  );
};

/** `synckeep backup PLACE`, with the other commands about backups below it. */
export const backup = (...others: readonly Command[]): Command => {
  const command = administrativeCommand(
    'backup',
    'Back up everything of one moment into a place, while the server runs.',
  )
    .enablePositionalOptions()
    .argument('[place]', 'a folder or s3://bucket/prefix?…; that of --backup when left out')
    .option(
      '--form <own|export>',
      'export: the stream that every kind of database reads, in place of a copy of the database',
      optionValue((text) => (text === 'own' || text === 'export' ? text : undefined), 'own or export'),
      'own',
    );
  addSettings(command, backupKeySettings);
  addSettings(command, retentionSettings);
  for (const other of others) command.addCommand(other);
  return command.action(run);
};
