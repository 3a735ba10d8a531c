import { type Gate, limits, SyncError } from '@synckeep/protocol';
import type { Clock, Entitlement, Entitlements, Scope } from '../ports/index.js';
import { scopeKey } from '../ports/index.js';
import type { App } from '../records/app.js';
import type { Caller } from './caller.js';

const maxCached = 10_000;

const minimum = (...caps: readonly (number | null | undefined)[]): number | null => {
  const given = caps.filter((cap) => typeof cap === 'number');
  return given.length === 0 ? null : Math.min(...given);
};

const closed: Entitlements = { check: async () => ({ access: 'none', blobLimit: null, bytesLimit: null }) };

interface EntitlementOptions {
  readonly entitlements: Entitlements | undefined;
  readonly blobLimit: number | null;
  readonly bytesLimit: number | null;
}

/** Says what a caller has paid for (P-80…P-82): grants are remembered for 60 s, refusals never. */
export const createEntitled = (options: EntitlementOptions, clock: Clock) => {
  const entitlements = options.entitlements ?? closed;
  const grantsByScope = new Map<string, { readonly grant: Entitlement; readonly until: number }>();
  let generation = 0;

  const ask = async (scope: Scope, app: App): Promise<Entitlement> => {
    if (!app.link?.paid) return { access: 'full', blobLimit: null, bytesLimit: null };
    const key = scopeKey(scope);
    const known = grantsByScope.get(key);
    if (known && known.until > clock.now()) return known.grant;
    const asked = generation;
    const grant = await entitlements.check(scope, app);
    if (grantsByScope.size >= maxCached) grantsByScope.clear();
    // What was asked before access changed must not be remembered after it.
    if (grant.access === 'full' && asked === generation)
      grantsByScope.set(key, { grant, until: clock.now() + limits.entitlementCache * 1000 });
    else grantsByScope.delete(key);
    return grant;
  };

  return {
    /** Access and caps, the lowest of user, app and server. */
    async of({ scope, app }: Pick<Caller, 'scope' | 'app'>): Promise<Entitlement> {
      const grant = await ask(scope, app);
      return {
        access: grant.access,
        blobLimit: minimum(grant.blobLimit, app.blobLimit, options.blobLimit),
        bytesLimit: minimum(grant.bytesLimit, app.bytesLimit, options.bytesLimit),
      };
    },
    forget: () => {
      generation++;
      grantsByScope.clear();
    },
  };
};

export type Entitled = ReturnType<typeof createEntitled>;

/** @throws SyncError `membership_required` */
export const enforceGate = (gate: Gate, { access }: Entitlement): void => {
  const isOpen = gate === null || access === 'full' || (gate === 'read' && access === 'read');
  if (!isOpen) throw new SyncError('membership_required', { details: { access } });
};
