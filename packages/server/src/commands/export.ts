import { once } from 'node:events';
import { accountKinds } from '@synckeep/accounts';
import { exportData } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { findApp } from '../find-app.js';
import { findUser } from '../find-user.js';
import { createProgress, refusing, toSummary, toSummaryView } from '../moving.js';
import { codeOf, Refusal } from '../refusal.js';

interface ExportFlags extends CommonFlags {
  readonly app?: string;
  readonly user?: string;
  /** false: `--no-blobs`. */
  readonly blobs: boolean;
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

export const exportCommand = (): Command =>
  administrativeCommand('export', 'Write a user, an app or the whole server to standard output, for "synckeep import".')
    .option('--app <app>', 'only this app with its users: id, or name if only one app has it')
    .option('--user <user>', 'only this user: e-mail address or id')
    .option('--no-blobs', 'leave the blobs where they are: the importing server has the same blob store, or a copy')
    .action((flags: ExportFlags) =>
      administer(flags, async ({ server, users, storage, blobStore, log }) => {
        if (process.stdout.isTTY) {
          throw new Refusal('An export is not for a terminal. Write it to a file: synckeep export > server.ndjson');
        }
        const appId = flags.app === undefined ? null : (await findApp(server.apps, flags.app)).id;
        const userId = flags.user === undefined ? null : (await findUser(users, flags.user)).id;
        let summary = '';
        let view = {};
        const progress = createProgress(
          (counts: Parameters<typeof toSummary>[0]) => `exported so far: ${toSummary(counts)}`,
        );
        const stream = exportData({
          ...{ storage, blobStore, log, kinds: accountKinds, filter: { appId, userId } },
          blobs: flags.blobs ? 'inline' : 'referenced',
          onProgress(counts) {
            progress(counts);
            view = { ...toSummaryView(counts), lost_blobs: counts.lostBlobs };
            summary = toSummary(counts);
          },
        });
        await refusing(() => writeOut(stream));
        // Standard output is the export's.
        process.stderr.write(flags.json ? `${JSON.stringify(view)}\n` : `Exported ${summary}.\n`);
      }),
    );
