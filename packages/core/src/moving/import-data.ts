import { digest, randomHex, toUuid } from '../digest.js';
import { systemClock, systemRandom } from '../environment.js';
import type { BlobStore, Clock, Import, Notifier, Random, Scope, ScopeFilter, Storage } from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { createCounts, type MovingCounts } from './counts.js';
import type { Header } from './format.js';
import { createObjectImport } from './import-object.js';
import { createRecordImport, type StagedObjects } from './import-records.js';
import { createScopeImport } from './import-scope.js';
import { createImports } from './imports.js';
import { createLineReader } from './line-reader.js';
import { type MovableKind, movableKinds } from './movable-kind.js';
import { MovingError, TakenOverError } from './moving-error.js';

const scopesPerStep = 100;

export interface ImportOptions {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  /** What `exportData` made, in whatever parts. */
  readonly source: AsyncIterable<Uint8Array>;
  /** The account that takes the place of the one of the stream; null: that of the stream. It must be here already. */
  readonly as?: ScopeFilter;
  /** The kinds of records that the host adds to those of the core. */
  readonly kinds?: readonly MovableKind[];
  /** Told of what has come so far, again and again. */
  readonly onProgress?: (counts: Readonly<MovingCounts>) => void;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface ImportReport extends MovingCounts {
  /** Scopes that an earlier try of this import made visible. */
  readonly scopesHere: number;
}

/** @throws MovingError when this stream cannot be imported under another account */
const checkAccount = ({ app_id: appId, user_id: userId, blobs }: Header, as: ScopeFilter): void => {
  if (as.userId !== null && userId === null) {
    throw new MovingError('Only the export of one user can be imported as another user. Export with --user.');
  }
  if (as.appId !== null && appId === null) {
    throw new MovingError('Only the export of one app can be imported as another app. Export with --app.');
  }
  if ((as.userId !== null || as.appId !== null) && blobs === 'referenced') {
    throw new MovingError('Under another account blobs get objects of their own. Export with the blobs.');
  }
};

/**
 * Brings an export into a storage and a blob store. Nothing of it can be seen before the whole stream has come and was
 * found good. A stream that is refused leaves nothing behind. After a crash or a fault the same stream is brought again,
 * under the same account: what had come whole is not brought twice, and the rest is.
 *
 * The account is that of the stream, with epochs, so that devices go on without noticing; or another one, whose logs
 * get new epochs, so that every cursor expires as `restored`.
 * @throws MovingError when the stream or its account cannot be imported here
 */
export const importData = async (options: ImportOptions): Promise<ImportReport> => {
  const { storage, blobStore, notifier, source, kinds = [], onProgress = () => {} } = options;
  const { clock = systemClock, random = systemRandom } = options;
  const { records, transfer } = storage;
  const counts = createCounts();
  const reader = createLineReader(source, () => onProgress(counts));
  const header = await reader.header();
  const asked = options.as ?? { appId: null, userId: null };
  const askedUser = asked.userId === null ? null : toUuid(asked.userId);
  const as: ScopeFilter = {
    appId: asked.appId === header.app_id ? null : asked.appId,
    userId: askedUser === header.user_id ? null : askedUser,
  };
  checkAccount(header, as);

  const importId = digest(`${header.export_id} ${as.appId} ${as.userId}`).slice(0, 32);
  const by: Import = { id: importId, run: randomHex(random, 16) };
  const apps = createCollection(records, clock, appKind);
  const imports = createImports({ storage, clock });
  const recordImport = createRecordImport({
    ...{ records, clock, imports, importId, reader, header, as },
    kinds: movableKinds(kinds),
  });

  const toTarget = async ({ appId, userId }: Scope): Promise<Scope> => {
    const isInside = (header.app_id ?? appId) === appId && (header.user_id ?? userId) === userId;
    if (!isInside) throw reader.refuse('is a scope that is not of what the stream says it holds');
    const target = { appId: as.appId ?? appId, userId: as.userId ?? userId };
    // An app that is not in the stream must be here, else nobody could ever reach the scope.
    const isAppElsewhere = header.user_id !== null || as.appId !== null;
    if (isAppElsewhere && (await apps.get(target.appId)) === null) {
      throw new MovingError(`There is no app ${target.appId} here. Import it first, or say which app takes its place.`);
    }
    return target;
  };
  const areBlobsReferenced = header.blobs === 'referenced';
  const importScope = createScopeImport({
    ...{ storage, blobStore, random, reader, by, toTarget, counts },
    areBlobsReferenced,
  });

  const importObject = createObjectImport({ blobStore, reader, counts, areBlobsReferenced });

  let scopesHere = 0;
  const stage = async (): Promise<void> => {
    let staged: StagedObjects = { objects: [], isKept: false };
    for (let line = await reader.next(); line.type !== 'end'; line = await reader.next()) {
      if (line.type === 'record') staged = await recordImport.stage(line);
      else if (line.type === 'object') await importObject(line, staged);
      else if (line.type === 'scope') {
        const outcome = await importScope(line);
        if (outcome === 'brought') counts.scopes += 1;
        if (outcome === 'here') scopesHere += 1;
      } else throw reader.refuse('is a part of no scope');
    }
    await recordImport.flush();
  };

  await imports.begin(importId, header.export_id);
  try {
    await stage();
  } catch (error) {
    if (error instanceof MovingError && !(error instanceof TakenOverError)) await imports.abandon(importId);
    throw error;
  }
  while (!(await transfer.publish(importId, scopesPerStep)));
  counts.records = await recordImport.publish();
  await imports.end(importId);
  notifier.publish({ topic: 'access' });
  notifier.publish({ topic: 'all' });
  if (scopesHere > 0 && counts.scopes === 0 && counts.records === 0) {
    throw new MovingError('Everything of this export is here already. Nothing was changed.');
  }
  return { ...counts, scopesHere };
};
