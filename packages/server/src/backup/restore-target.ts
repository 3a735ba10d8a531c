import type { Composition } from '../compose.js';
import type { Parts } from '../open-parts.js';
import type { FinishReport } from './finish-restore.js';
import type { Repository } from './repository.js';
import type { Snapshot } from './snapshots.js';

export interface BringOptions {
  readonly repository: Repository;
  readonly snapshot: Snapshot;
  /** Opens everything where the person said, but for `over`, and closes it. */
  readonly composeAt: <T>(over: Partial<Parts>, work: (composition: Composition) => Promise<T>) => Promise<T>;
}

/** Where a database is restored. */
export interface RestoreTarget {
  readonly shown: string;
  /** @throws Refusal when something is there, or the backup is of another kind. */
  check(snapshot: Snapshot): Promise<void>;
  /** Brings the database, after the blobs. Whatever ends it earlier, nobody can use a part of it, and it is repeated. */
  bring(options: BringOptions): Promise<FinishReport>;
}
