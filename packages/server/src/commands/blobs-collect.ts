import type { BlobCollectionReport } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { eachApp } from '../each-app.js';
import { findAccount } from '../find-account.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';

interface CollectFlags extends CommonFlags {
  readonly plan?: true;
  readonly app?: string;
  readonly user?: string;
}

const number = (value: number): string => value.toLocaleString('en');

const toLines = ({ logs, unnamed, blobs, bytes }: BlobCollectionReport, isPlan: boolean): readonly string[] => [
  `${number(blobs)} blobs of ${number(logs)} logs ${isPlan ? 'can go' : 'went'}, with ${number(bytes)} bytes.`,
  ...(unnamed > 0
    ? [`${number(unnamed)} logs are left alone: they hold changes that do not say which blobs they name.`]
    : []),
];

export const blobsCollect = (): Command =>
  administrativeCommand('collect', 'Remove blobs that no change names any more, as a running server does every day.')
    .option('--plan', 'only say what would go')
    .option('--app <app>', 'only blobs of this app: id, or name if only one app has it')
    .option('--user <user>', 'only blobs of this user: e-mail address or id')
    .action((flags: CollectFlags) =>
      administer(flags, async (composition) => {
        const { server } = composition;
        const filter = await findAccount(composition, flags);
        let isWanted = false;
        for await (const { id, collectBlobs } of eachApp(server.apps)) {
          isWanted ||= collectBlobs !== null && (filter.appId ?? id) === id;
        }
        if (!isWanted)
          throw new Refusal(
            'Blobs are not collected. Turn it on with "synckeep app update <app> --collect-blobs on", for an app that compacts.',
          );
        const report = await (flags.plan ? server.planBlobCollection(filter) : server.collectBlobs(filter));
        print(flags, { ...report }, toLines(report, flags.plan === true));
      }),
    );
