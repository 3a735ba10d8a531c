import type { Pseudonyms } from '../access/pseudonym.js';
import { deleteDiscarded } from '../blobs/delete-discarded.js';
import { randomHex, toUuid } from '../digest.js';
import type {
  BlobStore,
  Clock,
  Log,
  Memberships,
  Notifier,
  Random,
  Scope,
  ScopeFilter,
  Storage,
} from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { erasedKind, ticketKind } from '../records/small-kinds.js';
import { type Audit, type AuditOrigin, operator } from './audit.js';
import { forgetInAudit } from './audit-erasure.js';

/** A row may hold a mebibyte, and a step holds up everybody else on SQLite. */
const rowsPerStep = 200;
const scopesPerStep = 100;

/** Administration of whole logs: erase (P-92) and new epochs. Each goes on where it stopped when it is called again. */
export const createScopeAdministration = (deps: {
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly pseudonyms: Pseudonyms;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly audit: Audit;
  readonly memberships: Memberships | undefined;
}) => {
  const { storage, notifier, clock, random, audit } = deps;
  const { records } = storage;
  const apps = createCollection(records, clock, appKind);
  const erased = createCollection(records, clock, erasedKind);
  const tickets = createCollection(records, clock, ticketKind);

  const eachScope = async (filter: ScopeFilter, work: (scope: Scope) => Promise<void>): Promise<number> => {
    let count = 0;
    let after: Scope | null = null;
    for (;;) {
      const scopes: readonly Scope[] = await storage.scopes(filter, after, scopesPerStep);
      for (const scope of scopes) await work(scope);
      count += scopes.length;
      after = scopes.at(-1) ?? null;
      if (scopes.length < scopesPerStep) return count;
    }
  };

  const eraseScopes = async (filter: ScopeFilter): Promise<void> => {
    await eachScope(filter, async (scope) => {
      while (!(await storage.erase(scope, rowsPerStep)));
    });
    await deleteDiscarded(deps, 'all');
  };

  const dropTickets = async (index: 'user' | 'app', id: string): Promise<void> => {
    for (;;) {
      // Not through the collection: it leaves expired ones out, and they mention the user too.
      const found = await records.find(ticketKind.name, index, id, { after: null, limit: scopesPerStep });
      if (found.length === 0) return;
      await records.transact(
        found.map(({ key }) => tickets.delete(key)),
        clock.now(),
      );
    }
  };

  return {
    async eraseUser(hostUserId: string, origin: AuditOrigin = operator): Promise<void> {
      const userId = toUuid(hostUserId);
      const entry = { ...origin, action: 'user.erase', appId: null, subject: { kind: 'user', id: userId } };
      // First the tombstone: from here on the user's tokens are refused, and nothing new can be made for them.
      const tombstone = erased.put(await deps.pseudonyms(userId), { at: clock.now() });
      await records.transact([tombstone, audit.entry(entry)], clock.now());
      notifier.publish({ topic: 'access' });
      await dropTickets('user', userId);
      await deps.memberships?.removeUser(userId);
      await eraseScopes({ userId, appId: null });
      await forgetInAudit({ records, clock, random }, userId);
    },

    async eraseApp(appId: string, origin: AuditOrigin = operator): Promise<boolean> {
      const isPresent = (await apps.get(appId)) !== null;
      const entry = { ...origin, action: 'app.delete', appId, subject: { kind: 'app', id: appId } };
      await records.transact([apps.delete(appId), ...(isPresent ? [audit.entry(entry)] : [])], clock.now());
      notifier.publish({ topic: 'access' });
      await dropTickets('app', appId);
      await eraseScopes({ appId, userId: null });
      await forgetInAudit({ records, clock, random }, appId);
      return isPresent;
    },

    async renewEpochs({ appId, userId }: ScopeFilter): Promise<number> {
      const filter = { appId, userId: userId === null ? null : toUuid(userId) };
      const count = await eachScope(filter, (scope) => storage.changeLog.renewEpoch(scope, randomHex(random, 8)));
      notifier.publish({ topic: 'all' });
      return count;
    },
  };
};
