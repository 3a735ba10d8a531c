import { abandonImports, importData, type NamedRecord, systemClock } from '@synckeep/core';
import type { Composition } from '../compose.js';
import { refusing } from '../moving.js';
import { programKinds } from '../program-kinds.js';
import { applyErasures } from './apply-erasures.js';
import { readFile } from './files.js';
import type { Repository } from './repository.js';
import type { Snapshot } from './snapshots.js';

export interface FinishReport {
  /** How many logs have a new epoch, so that every device notices. */
  readonly logs: number;
  readonly erasedUsers: number;
  readonly erasedApps: number;
  readonly abandonedImports: number;
}

/** Of processes that are no more. */
const dropHolds = async ({ storage: { records } }: Composition): Promise<void> => {
  const found: readonly NamedRecord[] = await records.all({ kind: 'blob-hold', key: '' }, 100);
  const holds = found.filter(({ kind }) => kind === 'blob-hold');
  await records.transact(
    holds.map(({ kind, key }) => ({ write: 'delete', kind, key, condition: 'any' })),
    systemClock.now(),
  );
};

/** Everything that must be done to a restored database before anybody may use it. Safe to repeat. */
export const finishRestore = async (composition: Composition, repository: Repository): Promise<FinishReport> => {
  const { storage, server } = composition;
  await dropHolds(composition);
  const abandonedImports = await abandonImports({ storage, clock: systemClock });
  const { users: erasedUsers, apps: erasedApps } = await applyErasures(composition, repository);
  const logs = await server.renewEpochs({ appId: null, userId: null });
  return { logs, erasedUsers, erasedApps, abandonedImports };
};

/** Brings a backup that is an export. What an interrupted restore brought is not brought twice. */
export const bringExport = async (
  composition: Composition,
  repository: Repository,
  { manifest }: Snapshot,
): Promise<void> => {
  const { storage, blobStore, notifier } = composition;
  const source = readFile(repository, 'sealed', manifest.database.file);
  const isThere = (error: unknown): boolean => error instanceof Error && /is here already/.test(error.message);
  await refusing(() => importData({ storage, blobStore, notifier, source, kinds: programKinds })).catch((error) => {
    if (!isThere(error)) throw error;
  });
};
