import type { Identity, RecordGuard, Scope } from '../ports/index.js';
import type { App } from '../records/app.js';

/** Who calls, in which app, as of the last 2 s. */
export interface Caller {
  readonly identity: Identity;
  readonly app: App;
  readonly scope: Scope;
  /** What must still hold when something new is made for this caller: the app exists, the user was not erased since. */
  readonly guards: readonly RecordGuard[];
}
