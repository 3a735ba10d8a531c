import { createHash } from 'node:crypto';
import { type VerifiedCounts, verifyData } from '@synckeep/core';
import type { Command } from 'commander';
import { administer, administrativeCommand, type CommonFlags } from '../administer.js';
import { createProgress } from '../moving.js';
import { print } from '../print.js';
import { programKinds } from '../program-kinds.js';
import { Refusal } from '../refusal.js';

interface VerifyFlags extends CommonFlags {
  readonly readBlobs?: true;
}

/** What is more is counted only. */
const mostShown = 100;

const toLine = ({ scopes, changes, batches, blobs, records }: Readonly<VerifiedCounts>): string =>
  `${scopes} logs, ${changes} changes, ${batches} batch ids, ${blobs} blobs, ${records} records`;

const run = (flags: VerifyFlags): Promise<void> =>
  administer(flags, async (composition) => {
    const { storage, blobStore, log } = composition;
    const problems: string[] = [];
    let count = 0;
    const onProblem = (sentence: string): void => {
      count += 1;
      if (problems.length < mostShown) problems.push(sentence);
    };
    for (const sentence of await composition.verifyDatabase()) onProblem(sentence);
    const counts = await verifyData({
      ...{ storage, blobStore, log, kinds: programKinds, sha256: () => createHash('sha256'), onProblem },
      readsBlobs: flags.readBlobs === true,
      onProgress: createProgress((state: Readonly<VerifiedCounts>) => `verified so far: ${toLine(state)}`),
    });
    const { scopes: logs, ...others } = counts;
    const more = count > problems.length ? [`… and ${count - problems.length} more`] : [];
    const lines = count === 0 ? [`${toLine(counts)}: all as they must be.`] : [...problems, ...more];
    print(flags, { logs, ...others, problems: count, sentences: problems }, lines);
    if (count > 0)
      throw new Refusal(`${count} things are not as they must be. Keep a copy of everything before you change it.`);
  });

export const verify = (): Command =>
  administrativeCommand(
    'verify',
    'Look whether the database and the blob store hold what they must, while the server runs.',
  )
    .option('--read-blobs', 'read every blob and prove it by its SHA-256, not only its size')
    .action(run);
