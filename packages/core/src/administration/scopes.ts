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
  UserDirectory,
} from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';
import { erasedKind, erasingKind, ticketKind } from '../records/small-kinds.js';
import { eraseReleases } from '../releases/erase-releases.js';
import { eraseUsage } from '../usage/erase-usage.js';
import { type Audit, type AuditOrigin, operator } from './audit.js';
import { forgetInAudit } from './audit-erasure.js';

/** A row may hold a mebibyte, and a step holds up everybody else on SQLite. */
const rowsPerStep = 200;
const scopesPerStep = 100;

type Erased = 'app' | 'user';

const toKey = (what: Erased, id: string): string => `${what}/${id}`;

/**
 * Administration of whole logs: erase (P-92) and new epochs. Each goes on where it stopped when it is called again; an
 * erasing also by `resume`, from the record that it keeps until its end.
 */
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
  readonly users: UserDirectory | undefined;
}) => {
  const { storage, notifier, clock, random, audit, memberships, users } = deps;
  const { records } = storage;
  const apps = createCollection(records, clock, appKind);
  const erased = createCollection(records, clock, erasedKind);
  const erasings = createCollection(records, clock, erasingKind);
  const tickets = createCollection(records, clock, ticketKind);
  const running = new Map<string, Promise<void>>();
  let isStopped = false;

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

  const dropTickets = async (index: Erased, id: string): Promise<void> => {
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

  /** Another process may have done it all meanwhile, and the same user may be back: then nothing more is erased here. */
  const eraseScopes = async (what: Erased, id: string): Promise<void> => {
    const filter = what === 'app' ? { appId: id, userId: null } : { appId: null, userId: id };
    const goesOn = async (): Promise<boolean> => {
      if (isStopped)
        throw new Error(`The server closes. The erasing of ${what} ${id} goes on with the next maintenance.`);
      return (await erasings.get(toKey(what, id))) !== null;
    };
    await eachScope(filter, async (scope) => {
      while ((await goesOn()) && !(await storage.erase(scope, rowsPerStep)));
    });
    await deleteDiscarded(deps, 'all');
  };

  /** Everything after the first step, which let nobody in any more. */
  const finish = async (what: Erased, id: string): Promise<void> => {
    notifier.publish({ topic: 'access' });
    await dropTickets(what, id);
    if (what === 'app') {
      await users?.removeApp(id);
      await eraseReleases(id, { ...deps, records });
    } else await memberships?.removeUser(id);
    await eraseScopes(what, id);
    if (what === 'user') {
      // Last, so that a user whose erasing was interrupted can still be found.
      await users?.remove(id);
      // What was bought while the erasing went on: without the user's record nothing more comes.
      await memberships?.removeUser(id);
    }
    await eraseUsage(what, id, { records, clock });
    await forgetInAudit({ records, clock, random }, id);
    await records.transact([erasings.delete(toKey(what, id))], clock.now());
  };

  /** Two callers at once wait for one work. */
  const once = (what: Erased, id: string, work: () => Promise<void>): Promise<void> => {
    const key = toKey(what, id);
    const present = running.get(key) ?? work().finally(() => running.delete(key));
    running.set(key, present);
    return present;
  };

  const begin = (what: Erased, id: string) => erasings.put(toKey(what, id), { what, id });

  return {
    async eraseUser(hostUserId: string, origin: AuditOrigin = operator): Promise<void> {
      const userId = toUuid(hostUserId);
      await once('user', userId, async () => {
        // First of all, so that nobody logs in while the erasing goes on.
        if (await users?.get(userId)) await users?.change(userId, { isDisabled: true }, origin);
        const entry = { ...origin, action: 'user.erase', appId: null, subject: { kind: 'user', id: userId } };
        // Then the tombstone: from here on the user's tokens are refused, and nothing new can be made for them.
        const tombstone = erased.put(await deps.pseudonyms(userId), { at: clock.now() });
        await records.transact([tombstone, begin('user', userId), audit.entry(entry)], clock.now());
        await finish('user', userId);
      });
    },

    async eraseApp(appId: string, origin: AuditOrigin = operator): Promise<boolean> {
      const isPresent = (await apps.get(appId)) !== null;
      await once('app', appId, async () => {
        const entry = { ...origin, action: 'app.delete', appId, subject: { kind: 'app', id: appId } };
        // So that a backup from before it can be told what was erased since.
        const tombstone = erased.put(await deps.pseudonyms(appId), { at: clock.now() });
        const begun = [apps.delete(appId), tombstone, begin('app', appId)];
        const writes = [...begun, ...(isPresent ? [audit.entry(entry)] : [])];
        await records.transact(writes, clock.now());
        await finish('app', appId);
      });
      return isPresent;
    },

    /** Whether an erasing was begun and is not done. */
    async isErasing(what: Erased, id: string): Promise<boolean> {
      return (await erasings.get(toKey(what, id))) !== null;
    },

    /** Goes on with every erasing that was begun and is not done. @returns how many. */
    async resume(): Promise<number> {
      let count = 0;
      for (let after: string | null = null; ; ) {
        const found = await erasings.find('all', '', { after, limit: scopesPerStep });
        for (const { value } of found) {
          if (isStopped) return count;
          await once(value.what, value.id, () => finish(value.what, value.id));
          count += 1;
        }
        after = found.at(-1)?.key ?? null;
        if (after === null) return count;
      }
    },

    async renewEpochs({ appId, userId }: ScopeFilter): Promise<number> {
      const filter = { appId, userId: userId === null ? null : toUuid(userId) };
      const count = await eachScope(filter, (scope) => storage.changeLog.renewEpoch(scope, randomHex(random, 8)));
      notifier.publish({ topic: 'all' });
      return count;
    },

    /** Resolves when no erasing runs here any more: each ends with the step that it is at. */
    async stop(): Promise<void> {
      isStopped = true;
      await Promise.allSettled(running.values());
    },
  };
};

export type ScopeAdministration = ReturnType<typeof createScopeAdministration>;
