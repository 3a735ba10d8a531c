import type { Command } from 'commander';
import { administrativeCommand, type CommonFlags } from '../administer.js';
import { withRepository } from '../backup/open-named-place.js';
import { type PruneReport, prune } from '../backup/prune.js';
import { hasRetention } from '../backup/retention.js';
import { retentionSettings } from '../backup-settings.js';
import { type Flags, readRetention } from '../configuration.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';
import { addSettings } from '../setting-options.js';

interface PruneFlags extends CommonFlags, Pick<Flags, keyof typeof retentionSettings> {}

const noKeys = { recipients: [], identities: [], passphrase: null };

export const toPruneLine = ({ kept, removed, files }: PruneReport): string =>
  `Kept ${kept.length} backups, removed ${removed.length} and ${files} files that no other one needs.`;

const run = async (named: string | undefined, flags: PruneFlags): Promise<void> => {
  const { keepLast = 0, keepDaily = 0, keepWeekly = 0, keepMonthly = 0 } = readRetention(process.env, flags);
  const retention = { keepLast, keepDaily, keepWeekly, keepMonthly };
  if (!hasRetention(retention)) throw new Refusal('Say what to keep, such as --keep-daily 7 --keep-weekly 4.');
  await withRepository({ named, flags, keys: noKeys, use: 'look', isChanged: true }, async (repository) => {
    const report = await prune(repository, retention);
    print(flags, report, [toPruneLine(report)]);
  });
};

export const backupPrune = (): Command =>
  addSettings(
    administrativeCommand(
      'prune',
      'Remove the backups that are not to be kept, and what only they need. Needs no key.',
    ).argument('[place]', 'a folder or s3://bucket/prefix?…; that of --backup when left out'),
    retentionSettings,
  ).action(run);
