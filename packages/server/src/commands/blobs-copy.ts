import { join } from 'node:path';
import { type CopyCounts, type CopyReport, copyBlobs } from '@synckeep/core';
import type { Command } from 'commander';
import { administrativeCommand, type CommonFlags } from '../administer.js';
import { createClosing } from '../closing.js';
import { readAdministration } from '../configuration.js';
import { createLogger } from '../logger.js';
import { createProgress } from '../moving.js';
import { openBlobs } from '../open-blobs.js';
import { optionValue } from '../option-value.js';
import { partSettings } from '../part-settings.js';
import { print } from '../print.js';
import { Refusal } from '../refusal.js';
import { readSetting, type Setting, toSource } from '../setting.js';

interface CopyFlags extends CommonFlags {
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

const fromFlag = '--from <place>';
const toFlag = '--to <place>';

/** The place that a flag of this command names. What it refuses it does not repeat, as commander would. */
const readPlace = <T>(setting: Setting<T>, flag: string, value: string): T =>
  readSetting({ ...setting, flag }, value, {});

/** What two stores copy from one to the other; nobody is given a URL by this process. */
const openBoth = async (flags: CopyFlags, closing: ReturnType<typeof createClosing>) => {
  const { dataDir, blobs, blobsFallback, logLevel } = readAdministration(process.env, flags);
  const source = flags.from === undefined ? blobsFallback : readPlace(partSettings.blobsFallback, fromFlag, flags.from);
  if (source === undefined) {
    throw new Refusal(`Name the place to copy from with --from or ${toSource(partSettings.blobsFallback)}.`);
  }
  const named = flags.to === undefined ? blobs : readPlace(partSettings.blobs, toFlag, flags.to);
  const target = named ?? { kind: 'folder', path: join(dataDir, 'blobs') };
  const shared = { baseUrl: () => '', secrets: { list: () => [] }, log: await createLogger(logLevel) };
  const from = closing.add(
    await openBlobs({
      ...shared,
      place: source,
      source: `--from or ${partSettings.blobsFallback.variable}`,
      isFormer: true,
    }),
  );
  const to = closing.add(
    await openBlobs({ ...shared, place: target, source: `--to or ${partSettings.blobs.variable}` }),
  );
  await from.check();
  await to.check();
  return { from: from.blobStore, to: to.blobStore };
};

const copyBetween = async (flags: CopyFlags, closing: ReturnType<typeof createClosing>): Promise<void> => {
  const { from, to } = await openBoth(flags, closing);
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

const copy = async (flags: CopyFlags): Promise<void> => {
  const closing = createClosing();
  try {
    await copyBetween(flags, closing);
  } finally {
    await closing.close();
  }
};

export const blobsCopy = (): Command =>
  administrativeCommand(
    'copy',
    'Copy every blob of one store into another, each verified by its SHA-256. Safe to repeat.',
  )
    .option(fromFlag, `a folder or s3://bucket?…; the fallback (${partSettings.blobsFallback.variable}) when left out`)
    .option(toFlag, `the same; where blobs are kept (${partSettings.blobs.variable}) when left out`)
    .option('--concurrency <number>', 'objects at a time', optionValue(parseConcurrency, 'a number from 1 to 64'), 4)
    .action(copy);
