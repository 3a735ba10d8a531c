import { type CompactionOutlook, type CompactionReport, defaultCompaction, type SyncServer } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { parseDuration, tenYears } from '../duration.js';
import { eachApp } from '../each-app.js';
import { findAccount } from '../find-account.js';
import { optionValue } from '../option-value.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface CompactFlags extends CommonFlags {
  readonly plan?: true;
  readonly app?: string;
  readonly user?: string;
  readonly keep?: number;
}

const number = (value: number): string => value.toLocaleString('en');

const toPlanLines = ({
  logs,
  changes,
  removable,
  removableBytes,
  tombstones,
}: CompactionOutlook): readonly string[] => [
  `${number(removable)} of ${number(changes)} changes in ${number(logs)} logs can go, with ${number(removableBytes)} bytes of data.`,
  `${number(tombstones)} of them are tombstones.`,
];

const toReportLines = ({ logs, paused, removed, removedBytes, tombstones }: CompactionReport): readonly string[] => [
  `${number(removed)} changes of ${number(logs)} logs went, with ${number(removedBytes)} bytes of data.`,
  `${number(tombstones)} of them were tombstones.`,
  ...(paused > 0 ? [`${number(paused)} logs wait for the end of a key rotation.`] : []),
];

/** @throws Refusal when no app that the command means compacts, which it would otherwise call a success. */
const expectCompaction = async ({ apps }: SyncServer, appId: string | null): Promise<void> => {
  for await (const { id, compaction } of eachApp(apps)) {
    if (compaction !== null && (appId ?? id) === id) return;
  }
  throw new Refusal(
    'Compaction is off. Turn it on with "synckeep app update <app> --require-base --compaction on", or ask with --plan --keep 0s what it would bring.',
  );
};

export const compact = (): Command =>
  administrativeCommand('compact', 'Remove superseded changes now, as a running server does little by little.')
    .option('--plan', 'only say what would go')
    .option('--app <app>', 'only the logs of this app: id, or name if only one app has it')
    .option('--user <user>', 'only the logs of this user: e-mail address or id')
    .option(
      '--keep <time>',
      'with --plan: as if every app compacted and kept so long; 0s says all that there is to win',
      optionValue((text) => parseDuration(text, tenYears), 'a time such as 12h or 30d, or 0s'),
    )
    .action((flags: CompactFlags) =>
      administer(flags, async (composition) => {
        const { server } = composition;
        if (flags.keep !== undefined && !flags.plan)
          throw new Refusal('--keep goes with --plan. What an app keeps says "synckeep app update --keep".');
        const filter = await findAccount(composition, flags);
        if (flags.keep === undefined) await expectCompaction(server, filter.appId);
        if (flags.plan) {
          const settings = flags.keep === undefined ? undefined : { ...defaultCompaction, keepSeconds: flags.keep };
          const plan = await server.planCompaction(filter, settings);
          const { logs, changes, removable, removableBytes, tombstones } = plan;
          print(flags, { logs, changes, removable, removable_bytes: removableBytes, tombstones }, toPlanLines(plan));
          return;
        }
        const report = await server.compact(filter);
        const { logs, paused, removed, removedBytes, tombstones } = report;
        print(flags, { logs, paused, removed, removed_bytes: removedBytes, tombstones }, toReportLines(report));
      }),
    );
