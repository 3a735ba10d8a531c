import { createHash } from 'node:crypto';
import { z } from 'zod';
import { damaged } from './damage.js';
import type { Repository } from './repository.js';

/** Bytes of one chunk of a file, so that what did not change in a database since the last backup is not kept twice. */
const chunkBytes = 2 * 1024 * 1024;
const writesAtOnce = 4;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of a snapshot: chunks that are named by the SHA-256 of their bytes. */
export const fileSchema = z.strictObject({ size_bytes: z.int().min(0), sha256: hash, chunks: z.array(hash) });
export type BackupFile = z.infer<typeof fileSchema>;

/** `sealed` for what only the keys open. */
export type FileKind = 'sealed' | 'clear';
const prefixes = { sealed: 'chunks/', clear: 'lists/' } as const;

export const toChunkKey = (kind: FileKind, chunk: string): string => prefixes[kind] + chunk;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The same bytes in parts of `size` bytes, the last one perhaps shorter. A part is the reader's to keep. */
export async function* inParts(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const some = chunk.subarray(at, at + size - filled);
      part.set(some, filled);
      filled += some.length;
      at += some.length;
      if (filled < size) continue;
      yield part;
      part = Buffer.allocUnsafeSlow(size);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

/** Does `work` for each, some of them at a time. What one throws ends it when the others are done. */
export const eachOf = async <T>(
  items: AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const running = new Set<Promise<void>>();
  const faults: unknown[] = [];
  for await (const item of items) {
    if (faults.length > 0) break;
    const one: Promise<void> = work(item)
      .catch((error: unknown) => {
        faults.push(error);
      })
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
};

/** Stores a file in the pace of the place, holding a few chunks. What is there is not written again. */
export const writeFile = async (
  repository: Repository,
  kind: FileKind,
  source: AsyncIterable<Uint8Array>,
): Promise<BackupFile & { readonly writtenBytes: number }> => {
  const sum = createHash('sha256');
  const chunks: string[] = [];
  let size = 0;
  let writtenBytes = 0;
  async function* numbered(): AsyncGenerator<Buffer> {
    for await (const part of inParts(source, chunkBytes)) {
      sum.update(part);
      size += part.length;
      chunks.push(digestOf(part));
      yield part;
    }
  }
  await eachOf(numbered(), writesAtOnce, async (part) => {
    const key = toChunkKey(kind, digestOf(part));
    if (await repository.has(key)) return;
    await (kind === 'sealed' ? repository.put(key, part) : repository.putClear(key, part));
    writtenBytes += part.length;
  });
  return { size_bytes: size, sha256: sum.digest('hex'), chunks, writtenBytes };
};

/** The bytes of a chunk, verified. @throws DamageError that names it */
export const readChunk = async (repository: Repository, kind: FileKind, chunk: string): Promise<Uint8Array> => {
  const key = toChunkKey(kind, chunk);
  const bytes = await (kind === 'sealed' ? repository.get(key) : repository.getClear(key));
  if (digestOf(bytes) !== chunk) throw damaged(key, 'is damaged');
  return bytes;
};

/** The bytes of a file, each chunk verified before it is given out. @throws DamageError that names the chunk */
export async function* readFile(repository: Repository, kind: FileKind, file: BackupFile): AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256');
  let size = 0;
  for (const chunk of file.chunks) {
    const bytes = await readChunk(repository, kind, chunk);
    sum.update(bytes);
    size += bytes.length;
    yield bytes;
  }
  if (size !== file.size_bytes || sum.digest('hex') !== file.sha256) {
    throw damaged(toChunkKey(kind, file.chunks[0] ?? ''), 'does not belong to the file that names it');
  }
}
