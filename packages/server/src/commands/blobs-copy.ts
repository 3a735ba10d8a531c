import { join } from 'node:path';
import { type CopyCounts, type CopyReport, copyBlobs, systemClock } from '@synckeep/core';
import { Command } from 'commander';
import { readAdministration, settings } from '../configuration.js';
import { createProgress } from '../moving.js';
import { openBlobStore } from '../open-blob-store.js';
import { optionValue } from '../option-value.js';
import { type OutputFlags, print } from '../print.js';
import { Refusal } from '../refusal.js';

interface CopyFlags extends OutputFlags {
  readonly dataDir?: string;
  readonly from?: string;
  readonly to?: string;
  readonly concurrency: number;
}

const failuresShown = 20;

const parseConcurrency = (text: string): number | undefined =>
  /^[1-9][0-9]?$/.test(text) && Number(text) <= 64 ? Number(text) : undefined;

const toLine = ({ copied, copiedBytes, present, gone, failed }: Readonly<CopyCounts>): string =>
  `${copied} copied (${copiedBytes} bytes), ${present} there already, ${gone} removed meanwhile, ${failed} failed`;

const tellFailures = ({ failures, failed }: CopyReport): void => {
  for (const { objectKey, fault } of failures.slice(0, failuresShown)) {
    process.stderr.write(`${objectKey}: ${fault instanceof Error ? fault.message : String(fault)}\n`);
  }
  if (failed > failuresShown) process.stderr.write(`… and ${failed - failuresShown} more\n`);
};

const copy = async (flags: CopyFlags): Promise<void> => {
  const { dataDir, blobsFallback } = readAdministration(process.env, { dataDir: flags.dataDir });
  const source = flags.from ?? blobsFallback;
  if (source === undefined) {
    throw new Refusal('Name the blob store to copy from with --from or SYNCKEEP_BLOBS_FALLBACK_URL.');
  }
  // Nobody is given a URL by this process.
  const parts = { baseUrl: () => '', secrets: { list: () => [] }, clock: systemClock };
  const from = openBlobStore(source, 'read', parts);
  const to = openBlobStore(flags.to ?? join(dataDir, 'blobs'), 'write', parts);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const { signal } = interrupt;
  const { concurrency } = flags;
  const report = await copyBlobs({ from, to, concurrency, signal, onProgress: createProgress(toLine) });
  tellFailures(report);
  const { copied, copiedBytes, present, gone, failed } = report;
  print(flags, { copied, copied_bytes: copiedBytes, present, gone, failed }, [`${toLine(report)}.`]);
  if (signal.aborted) throw new Refusal('Interrupted. Repeat the command to go on.');
  if (failed > 0) throw new Refusal('Not every blob could be copied. Keep the old store, and repeat the command.');
};

export const blobsCopy = (): Command =>
  new Command('copy')
    .description('Copy every blob of one store into another, each verified by its SHA-256. Safe to repeat.')
    .option(settings.dataDir.flag, `${settings.dataDir.summary} (${settings.dataDir.variable})`)
    .option('--from <location>', `a folder; the fallback (${settings.blobsFallback.variable}) when left out`)
    .option('--to <location>', 'a folder; the blobs of the data folder when left out')
    .option('--concurrency <number>', 'objects at a time', optionValue(parseConcurrency, 'a number from 1 to 64'), 4)
    .option('--json', 'print one line of JSON, for scripts')
    .action(copy);
