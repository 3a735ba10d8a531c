import type { Place } from '@synckeep/protocol';
import { randomHex, toUuid } from '../digest.js';
import { silentLog, systemClock, systemRandom } from '../environment.js';
import type { BlobStore, Clock, Log, Random, Scope, ScopeFilter, Storage } from '../ports/index.js';
import { createCounts } from './counts.js';
import { createRecordExport } from './export-records.js';
import { createScopeExport, type ExportCounts } from './export-scope.js';
import { formatVersion, type Header, type Line } from './format.js';
import { joinBytes } from './join-bytes.js';
import { createLineWriter } from './line-writer.js';
import { type MovableKind, movableKinds } from './movable-kind.js';
import { MovingError } from './moving-error.js';

const scopesPerPage = 100;
const bytesPerChunk = 64 * 1024;

export interface ExportOptions {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  /** Both null: the whole server. A user id of this server or of the host (see `toUuid`). */
  readonly filter: ScopeFilter;
  /** `referenced`: the importing server has the same blob store, or a copy of it. */
  readonly blobs: 'inline' | 'referenced';
  /**
   * The log of one user in one app as it was at the place of a cursor, without its devices and batch ids; its blobs are
   * those that are there now. Undoes for another account what was done to a log since.
   */
  readonly until?: Place | null;
  /** The kinds of records that the host adds to those of the core. */
  readonly kinds?: readonly MovableKind[];
  /** Told of what has moved so far, again and again. */
  readonly onProgress?: (counts: Readonly<ExportCounts>) => void;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Joins what comes in small pieces, so that whoever writes it is not called for each line. */
async function* joined(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < bytesPerChunk) continue;
    yield joinBytes(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield joinBytes(waiting, length);
}

/**
 * A user, an app or the whole server as a stream of lines (docs/export-format.md), in the pace of whoever reads it. Each
 * scope is as it was at one moment of its own; pushes go on meanwhile.
 * @throws MovingError when something cannot be exported; the stream then lacks its last line, and no import takes it
 */
export const exportData = (options: ExportOptions): AsyncGenerator<Uint8Array> => {
  const { storage, blobStore, blobs, until = null, kinds = [], onProgress = () => {} } = options;
  const { log = silentLog, clock = systemClock, random = systemRandom } = options;
  const { appId } = options.filter;
  const userId = options.filter.userId === null ? null : toUuid(options.filter.userId);
  if (until !== null && (appId === null || userId === null))
    throw new MovingError('A cursor is of one log: say which app and which user.');
  const counts: ExportCounts = { ...createCounts(), lostBlobs: 0 };
  const parts = { blobStore, log, counts, areBlobsReferenced: blobs === 'referenced' };
  const records = createRecordExport({ ...parts, records: storage.records, clock, kinds: movableKinds(kinds) });
  const exportScope = createScopeExport({ ...parts, storage, until });

  async function* scopes(): AsyncGenerator<Scope> {
    for (let after: Scope | null = null; ; ) {
      const found: readonly Scope[] = await storage.scopes({ appId, userId }, after, scopesPerPage);
      yield* found;
      after = found.at(-1) ?? null;
      if (after === null) return;
    }
  }

  async function* lines(): AsyncGenerator<Line> {
    const isWhole = appId === null && userId === null;
    if (isWhole) yield* records.all();
    else if (userId !== null) yield* records.about('user', userId);
    else if (appId !== null) yield* records.about('app', appId);
    for await (const scope of scopes()) {
      // With an app come the users who have something in it.
      if (appId !== null && userId === null) yield* records.about('user', scope.userId);
      yield* exportScope(scope);
    }
  }

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const writer = createLineWriter();
    const header: Header = {
      synckeep_export: formatVersion,
      export_id: randomHex(random, 16),
      exported_at: new Date(clock.now()).toISOString(),
      app_id: appId,
      user_id: userId,
      blobs,
    };
    yield writer.write(header);
    onProgress(counts);
    for await (const line of lines()) {
      yield writer.write(line);
      if (line.type === 'record') counts.records += 1;
      onProgress(counts);
    }
    // What was left out last stands in no line.
    onProgress(counts);
    yield writer.end();
  }

  return joined(pieces());
};
