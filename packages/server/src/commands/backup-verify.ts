import type { Command } from 'commander';
import { administrativeCommand, type CommonFlags } from '../administer.js';
import { readBackupKeys } from '../backup/backup-keys.js';
import { withRepository } from '../backup/open-named-place.js';
import { findSnapshot, listSnapshots } from '../backup/snapshots.js';
import { type VerifyCounts, verifyBackups } from '../backup/verify-backups.js';
import { backupKeySettings } from '../backup-settings.js';
import type { Flags } from '../configuration.js';
import { createProgress } from '../moving.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';
import { addSettings } from '../setting-options.js';

interface VerifyFlags extends CommonFlags, Pick<Flags, keyof typeof backupKeySettings> {
  readonly snapshot?: string;
}

const toLine = ({ files, blobs, bytes }: Readonly<VerifyCounts>): string =>
  `${files} files and ${blobs} blobs (${bytes} bytes)`;

const run = async (named: string | undefined, flags: VerifyFlags): Promise<void> => {
  const keys = readBackupKeys(process.env, flags);
  await withRepository({ named, flags, keys, use: 'read' }, async (repository) => {
    const snapshots =
      flags.snapshot === undefined ? await listSnapshots(repository) : [await findSnapshot(repository, flags.snapshot)];
    const onProgress = createProgress((counts: Readonly<VerifyCounts>) => `verified so far: ${toLine(counts)}`);
    const { problems, ...counts } = await verifyBackups(repository, snapshots, onProgress);
    const good = `${snapshots.length} backups: ${toLine(counts)} are as they were written.`;
    print(flags, { backups: snapshots.length, ...counts, problems }, problems.length === 0 ? [good] : problems);
    if (problems.length > 0) {
      throw new Refusal('Delete the damaged files and back up again: what the server still has is then copied anew.');
    }
  });
};

export const backupVerify = (): Command =>
  addSettings(
    administrativeCommand('verify', 'Read everything that the backups of a place need, and prove it by its SHA-256.')
      .argument('[place]', 'a folder or s3://bucket/prefix?…; that of --backup when left out')
      .option('--snapshot <id>', 'only this backup'),
    backupKeySettings,
  ).action(run);
