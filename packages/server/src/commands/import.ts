import { abandonImports, importData, systemClock } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import type { Composition } from '../compose.js';
import { findAccount } from '../find-account.js';
import { createProgress, refusing, toSummary, toSummaryView } from '../moving.js';
import { print } from '../print.js';
import { programKinds } from '../program-kinds.js';
import { Refusal } from '../refusal.js';

interface ImportFlags extends CommonFlags {
  readonly app?: string;
  readonly user?: string;
  readonly abandon?: true;
}

const abandon = async (flags: ImportFlags, { storage }: Composition): Promise<void> => {
  const imports = await abandonImports({ storage, clock: systemClock });
  const lines = imports === 0 ? 'There is no import that was begun and not done.' : `Gave up ${imports} of them.`;
  print(flags, { abandoned: imports }, [lines]);
};

const bring = async (flags: ImportFlags, composition: Composition): Promise<void> => {
  const { storage, blobStore, notifier } = composition;
  if (process.stdin.isTTY) throw new Refusal('Give the export on standard input: synckeep import < server.ndjson');
  const as = await findAccount(composition, flags);
  const report = await refusing(() =>
    importData({
      ...{ storage, blobStore, notifier, source: process.stdin, kinds: programKinds, as },
      onProgress: createProgress((counts) => `imported so far: ${toSummary(counts)}`),
    }),
  );
  const here = report.scopesHere === 0 ? [] : [`${report.scopesHere} more logs were here already, from this export.`];
  const view = { ...toSummaryView(report), logs_here: report.scopesHere };
  print(flags, view, [`Imported ${toSummary(report)}.`, ...here]);
};

export const importCommand = (): Command =>
  administrativeCommand('import', 'Bring what "synckeep export" wrote here, from standard input.')
    .option('--app <app>', 'under this app, which is here already: id, or name if only one app has it')
    .option('--user <user>', 'under this user, who is here already: e-mail address or id')
    .option('--abandon', 'give up imports that were begun and not done, and remove what came of them')
    .action((flags: ImportFlags) =>
      administer(flags, (composition) => (flags.abandon ? abandon : bring)(flags, composition)),
    );
