import { once } from 'node:events';
import { type ExportCounts, exportData, type MovingCounts } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findAccount } from '../find-account.js';
import { createProgress, refusing, toSummary, toSummaryView } from '../moving.js';
import { programKinds } from '../program-kinds.js';
import { codeOf, Refusal } from '../refusal.js';
import { toPlace } from '../to-place.js';

interface ExportFlags extends CommonFlags {
  readonly app?: string;
  readonly user?: string;
  readonly withoutBlobs?: true;
  readonly until?: string;
}

/** Writes to standard output in the pace of whoever reads it. A reader that leaves has only a part, and is told so. */
const writeOut = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
  process.stdout.prependListener('error', (error) => {
    if (codeOf(error) !== 'EPIPE') throw error;
    process.stderr.write('synckeep: Whoever read the export has left. What it read is not whole.\n');
    process.exit(1);
  });
  for await (const chunk of chunks) {
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
  }
};

/** On standard error, because standard output is the export's. */
const tell = (flags: ExportFlags, counts: Readonly<ExportCounts>): void => {
  const { lostBlobs } = counts;
  const view = { ...toSummaryView(counts), lost_blobs: lostBlobs };
  const lost = lostBlobs === 0 ? [] : [`${lostBlobs} of its blobs are not in the blob store and were left out.`];
  const lines = flags.json ? [JSON.stringify(view)] : [`Exported ${toSummary(counts)}.`, ...lost];
  process.stderr.write(lines.map((line) => `${line}\n`).join(''));
};

export const exportCommand = (): Command =>
  administrativeCommand('export', 'Write a user, an app or the whole server to standard output, for "synckeep import".')
    .option('--app <app>', 'only this app with its users: id, or name if only one app has it')
    .option('--user <user>', 'only this user: e-mail address or id')
    .option(
      '--without-blobs',
      'leave the blobs where they are: the importing server has the same blob store, or a copy',
    )
    .option(
      '--until <moment>',
      'the log of one user in one app as it was, to undo what was done since: a cursor of a pull or push, or a time of the last 30 days',
    )
    .action((flags: ExportFlags) =>
      administer(flags, async (composition) => {
        const { storage, blobStore, log } = composition;
        if (process.stdout.isTTY) {
          throw new Refusal('An export is not for a terminal. Write it to a file: synckeep export > server.ndjson');
        }
        const filter = await findAccount(composition, flags);
        const progress = createProgress((counts: MovingCounts) => `exported so far: ${toSummary(counts)}`);
        const moved: { counts?: Readonly<ExportCounts> } = {};
        const stream = exportData({
          ...{ storage, blobStore, log, kinds: programKinds, filter },
          blobs: flags.withoutBlobs ? 'referenced' : 'inline',
          until: flags.until === undefined ? null : await toPlace(storage, filter, flags.until),
          onProgress(counts) {
            progress(counts);
            moved.counts = counts;
          },
        });
        await refusing(() => writeOut(stream));
        if (moved.counts) tell(flags, moved.counts);
      }),
    );
