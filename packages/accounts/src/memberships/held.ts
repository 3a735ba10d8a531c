import {
  type Audit,
  type AuditOrigin,
  type Clock,
  createCollection,
  type ErasureGuard,
  type Membership,
  type Notifier,
  type RecordPut,
  type Records,
} from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { userKind } from '../user-kind.js';
import { type Held, membershipKind, toProductIndex } from './kinds.js';

/** When it closes for good, grace included. Milliseconds since 1970. */
export const closesAt = ({ endsAt, graceSeconds }: Held): number =>
  endsAt === null ? Number.POSITIVE_INFINITY : endsAt + graceSeconds * 1000;

export const isActive = (held: Held, now: number): boolean => held.startsAt <= now && now < closesAt(held);

export const toMembership = (userId: string, { source, ...held }: Held): Membership => ({
  ...held,
  userId,
  source: source && { provider: source.provider, reference: source.reference },
});

const most = 100;

/** With one more; those that closed longest ago make room. @throws SyncError `too_many_memberships` */
export const addHeld = (held: readonly Held[], added: Held, now: number): readonly Held[] => {
  const all = [...held, added];
  if (all.length <= most) return all;
  const oldest = all.reduce((a, b) => (closesAt(b) < closesAt(a) ? b : a));
  if (closesAt(oldest) > now) throw new SyncError('too_many_memberships');
  return all.filter((each) => each !== oldest);
};

export interface Revision<T> {
  readonly held: readonly Held[];
  /** What the audit log says of it; null: nothing changed that anybody would notice. */
  readonly audited: { readonly verb: 'grant' | 'change'; readonly held: Held } | null;
  readonly answer: T;
}

/** What users have, changed by one at a time. */
export const createHeldRecords = (deps: {
  readonly records: Records;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly guardOf: (userId: string) => Promise<ErasureGuard>;
  readonly users: 'built-in' | 'of-host';
}) => {
  const { records, notifier, clock, audit, guardOf } = deps;
  const users = createCollection(records, clock, membershipKind);
  const accounts = createCollection(records, clock, userKind);

  /** Whether there is a user whom something can belong to. A host's users are not known here. */
  const isUser = async (userId: string): Promise<boolean> =>
    deps.users === 'of-host' || (await accounts.get(userId)) !== null;

  const toEntry = (userId: string, { verb, held }: NonNullable<Revision<unknown>['audited']>, origin: AuditOrigin) =>
    audit.entry({
      ...origin,
      action: `membership.${verb}`,
      appId: null,
      subject: { kind: 'user', id: userId },
      details: {
        membership: held.id,
        product: toProductIndex(held.product),
        starts_at: new Date(held.startsAt).toISOString(),
        ends_at: held.endsAt === null ? null : new Date(held.endsAt).toISOString(),
        grace_seconds: held.graceSeconds,
      },
    });

  return {
    users,
    isUser,

    /**
     * Writes what `change` makes of what the user has at that moment, with `first` in the same transaction.
     * @param change null: there is nothing to do. It is told when the user was last erased.
     * @returns null when there was nothing to do; `refused` when the condition of `first` does not hold
     * @throws SyncError `user_not_found`
     */
    async revise<T>(
      userId: string,
      origin: AuditOrigin,
      change: (held: readonly Held[], erasedAt: number | null) => Revision<T> | null,
      first: readonly RecordPut[] = [],
    ): Promise<T | null | 'refused'> {
      for (;;) {
        // The guard first: what is read afterwards is of a user who was not erased before it.
        const { erasedAt, check } = await guardOf(userId);
        if (!(await isUser(userId))) throw new SyncError('user_not_found');
        const isThere = deps.users === 'built-in' ? [accounts.check(userId, 'present')] : [];
        const found = await users.get(userId);
        const revision = change(found?.value.held ?? [], erasedAt);
        if (!revision) return null;
        const { held, audited, answer } = revision;
        const put = users.put(userId, { held: [...held] }, { condition: found?.version ?? 'absent' });
        const entries = audited ? [toEntry(userId, audited, origin)] : [];
        const result = await records.transact([...first, check, ...isThere, put, ...entries], clock.now());
        if (result.done) {
          notifier.publish({ topic: 'access' });
          return answer;
        }
        if (result.failed < first.length) return 'refused';
      }
    },
  };
};

export type HeldRecords = ReturnType<typeof createHeldRecords>;
