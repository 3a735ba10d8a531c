import { createHash } from 'node:crypto';
import { firstPartOf, readBlob } from './blobs.js';
import { DamageError, damaged } from './damage.js';
import { recordedErasures } from './erasures.js';
import { type BackupFile, type FileKind, readChunk, readFile, toChunkKey } from './files.js';
import { createObjectList, fromLines, type NeededObject } from './objects.js';
import type { Repository } from './repository.js';
import type { Snapshot } from './snapshots.js';

export interface VerifyCounts {
  files: number;
  blobs: number;
  bytes: number;
}

export interface VerifyReport extends VerifyCounts {
  /** Sentences, each naming a file. */
  readonly problems: readonly string[];
}

const filesOf = ({ manifest }: Snapshot): readonly (readonly [FileKind, BackupFile])[] => {
  const { database, secret, objects, blobs } = manifest;
  const sealed = [database.file, objects, ...(secret ? [secret] : [])];
  return [...sealed.map((file) => ['sealed', file] as const), ['clear', blobs.hashes]];
};

const verifyBlob = async (repository: Repository, object: NeededObject): Promise<number> => {
  const sum = createHash('sha256');
  let size = 0;
  for await (const part of readBlob(repository, object)) {
    sum.update(part);
    size += part.length;
  }
  if (size !== object.sizeBytes || sum.digest('hex') !== object.hash) {
    throw damaged(firstPartOf(object.hash), 'or one that follows it is damaged');
  }
  return size;
};

/** Reads everything that backups need, each file once, and proves it. Holds a part of one file at a time. */
export const verifyBackups = async (
  repository: Repository,
  snapshots: readonly Snapshot[],
  onProgress: (counts: Readonly<VerifyCounts>) => void,
): Promise<VerifyReport> => {
  const counts: VerifyCounts = { files: 0, blobs: 0, bytes: 0 };
  const problems: string[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      problems.push(error.message);
    }
    onProgress(counts);
  };

  const list = createObjectList();
  try {
    const seen = new Set<string>();
    for (const snapshot of snapshots) {
      for (const [kind, file] of filesOf(snapshot)) {
        for (const chunk of file.chunks) {
          const key = toChunkKey(kind, chunk);
          if (seen.has(key)) continue;
          seen.add(key);
          await attempt(async () => {
            counts.bytes += (await readChunk(repository, kind, chunk)).length;
            counts.files += 1;
          });
        }
      }
      await attempt(async () => {
        for await (const object of fromLines(readFile(repository, 'sealed', snapshot.manifest.objects)))
          list.add(object);
      });
    }
    let last = '';
    for (const object of list.inOrder()) {
      if (object.hash === last) continue;
      last = object.hash;
      await attempt(async () => {
        counts.bytes += await verifyBlob(repository, object);
        counts.blobs += 1;
      });
    }
    await attempt(async () => {
      await recordedErasures(repository);
    });
    return { ...counts, problems: [...new Set(problems)] };
  } finally {
    list.close();
  }
};
