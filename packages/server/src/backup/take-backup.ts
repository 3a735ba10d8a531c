import { type BlobHold, exportData, holdBlobs, holdLifetime, systemClock, systemRandom } from '@synckeep/core';
import { version } from '@synckeep/protocol';
import type { Composition } from '../compose.js';
import { programKinds } from '../program-kinds.js';
import { Refusal } from '../refusal.js';
import { type BlobCounts, copyBlobsInto } from './copy-blobs.js';
import { newErasures, pseudonymsOf, recordErasures, recordedErasures } from './erasures.js';
import { type BackupFile, type FileKind, writeFile } from './files.js';
import { lockPlace } from './lock.js';
import { createObjectList, neededObjects, toHashes, toLines } from './objects.js';
import type { Repository } from './repository.js';
import { withScratch } from './scratch.js';
import { type Manifest, type Snapshot, writeSnapshot } from './snapshots.js';
import type { TakenDatabase, TakeOptions } from './taken-database.js';

export interface BackupReport {
  readonly snapshot: Snapshot;
  /** Why the database is there as an export and not in its own form; null when it is. */
  readonly reason: string | null;
  readonly databaseWrittenBytes: number;
  readonly blobs: Readonly<BlobCounts>;
  readonly erasures: number;
}

export interface BackupOptions {
  readonly composition: Composition;
  readonly repository: Repository;
  readonly form: TakeOptions['form'];
  readonly onProgress?: (counts: Readonly<BlobCounts>) => void;
  /** Ends the backup with the step that it is at. What it wrote is used by the next one. */
  readonly signal?: AbortSignal;
}

/** Keeps renewing the hold. `onLost` hears when it was not renewed in time, because then a blob may be gone. */
const keepHold = (hold: BlobHold, onLost: (error: Error) => void): (() => void) => {
  const timer = setInterval(() => {
    hold.renew().then(
      (isHeld) => {
        if (!isHeld) onLost(new Refusal('The backup was held up so long that blobs may be gone. Start it again.'));
      },
      // The next renewal tries again; when it comes too late it says so.
      () => {},
    );
  }, holdLifetime / 5);
  timer.unref();
  return () => clearInterval(timer);
};

/** The signing secrets of two moments around that of the database: one of them is right whatever was rotated between. */
const joinTexts = (before: string | null, after: string | null): string | null =>
  after === null
    ? null
    : [...new Set([...after.split('\n'), ...(before ?? '').split('\n')])]
        .filter((line) => line !== '')
        .map((line) => `${line}\n`)
        .join('');

async function* textBytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

const databaseBytes = (
  { storage, bytes }: TakenDatabase,
  { blobStore, log }: Composition,
): AsyncIterable<Uint8Array> =>
  bytes
    ? bytes()
    : exportData({
        ...{ storage, blobStore, log, kinds: programKinds, blobs: 'referenced' },
        filter: { appId: null, userId: null },
      });

interface Moment {
  readonly taken: TakenDatabase;
  readonly takenAt: string;
  readonly secrets: string | null;
}

/** @param signal asked again and again; a backup that is ended so is not there. */
const keepAll = async (moment: Moment, options: BackupOptions, signal: AbortSignal): Promise<BackupReport> => {
  const { composition, repository, onProgress = () => {} } = options;
  const { taken, takenAt, secrets } = moment;
  const { blobStore, log, storage } = composition;
  let databaseWrittenBytes = 0;
  const write = async (kind: FileKind, source: AsyncIterable<Uint8Array>): Promise<BackupFile> => {
    signal.throwIfAborted();
    const { writtenBytes, ...file } = await writeFile(repository, kind, source);
    databaseWrittenBytes += writtenBytes;
    return file;
  };
  const list = createObjectList();
  try {
    const file = await write('sealed', databaseBytes(taken, composition));
    const writtenBytes = databaseWrittenBytes;
    for await (const object of neededObjects(taken.storage, programKinds)) list.add(object);
    const blobs = await copyBlobsInto(repository, list, blobStore, log, (counts) => {
      signal.throwIfAborted();
      onProgress(counts);
    });
    const objects = await write('sealed', toLines(list.inOrder()));
    const hashes = await write('clear', toHashes(list.inOrder()));
    const secret = secrets === null ? null : await write('sealed', textBytes(secrets));
    const erasures = await newErasures(storage.records, await recordedErasures(repository));
    await recordErasures(repository, erasures);
    const manifest: Manifest = {
      synckeep_backup: 1,
      taken_at: takenAt,
      ended_at: new Date().toISOString(),
      release: version,
      database: { form: taken.form, schema: taken.schema, file },
      secret,
      objects,
      blobs: { count: blobs.count, size_bytes: blobs.sizeBytes, lost: blobs.lost, hashes },
    };
    signal.throwIfAborted();
    const snapshot = await writeSnapshot(repository, manifest);
    return { snapshot, reason: taken.reason, databaseWrittenBytes: writtenBytes, blobs, erasures: erasures.length };
  } finally {
    list.close();
  }
};

const atOneMoment = async (scratch: string, options: BackupOptions, signal: AbortSignal): Promise<BackupReport> => {
  const { composition, form } = options;
  const before = composition.secretText();
  const takenAt = new Date().toISOString();
  const taken = await composition.takeDatabase({ scratch, form });
  try {
    const secrets = joinTexts(before, composition.secretText());
    return await keepAll({ taken, takenAt, secrets }, options, signal);
  } finally {
    await taken.close();
  }
};

/**
 * Everything of a server at one moment, while it runs: first the database, then every blob that it names. From before
 * that moment until the end no blob is deleted, so all of them are there. The last thing that is written says that the
 * backup is whole; whatever ends it earlier leaves the place as good as it was.
 * @throws Refusal when another process works in the place, and whatever the parts throw.
 */
export const takeBackup = async (options: BackupOptions): Promise<BackupReport> => {
  const { composition, repository } = options;
  const { records } = composition.storage;
  const ending = new AbortController();
  const end = (error: unknown): void => ending.abort(error);
  const signal = AbortSignal.any([ending.signal, ...(options.signal ? [options.signal] : [])]);
  const lock = await lockPlace(repository, end);
  try {
    // Without it nobody could tell from this backup who was erased after it.
    await pseudonymsOf(records)('');
    const hold = await holdBlobs({ records, clock: systemClock, random: systemRandom });
    const stopRenewing = keepHold(hold, end);
    try {
      return await withScratch((scratch) => atOneMoment(scratch, options, signal));
    } finally {
      stopRenewing();
      await hold.release();
    }
  } finally {
    await lock.release();
  }
};
