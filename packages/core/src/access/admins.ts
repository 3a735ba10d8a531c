import { type AdminScope, SyncError } from '@synckeep/protocol';
import type { AuditOrigin } from '../administration/audit.js';
import { digest } from '../digest.js';
import type { Administrators, AdminRequest, Clock, Records } from '../ports/index.js';
import { adminTokenKind } from '../records/admin-token-kind.js';
import { createCollection } from '../records/collection.js';

/** Who calls the admin API: an admin token, or an administrator whom a browser is signed in for. */
export interface Admin {
  readonly kind: 'admin' | 'administrator';
  /** Of the token or the administrator. */
  readonly id: string;
  readonly scopes: readonly AdminScope[];
}

/** What the audit log says of a call. */
export const toOrigin = ({ kind, id }: Admin, address: string): AuditOrigin => ({ actor: { kind, id }, address });

/** @throws SyncError `scope_required` */
export const requireScope = ({ scopes }: Admin, scope: AdminScope | null): void => {
  if (scope === null || !scopes.includes(scope)) throw new SyncError('scope_required', { details: { scope } });
};

/** Lets admin tokens and administrators in (P-160, P-170). Nothing is remembered: what is revoked ends at that moment. */
export const createAdmins = (records: Records, clock: Clock, administrators: Administrators | null) => {
  const tokens = createCollection(records, clock, adminTokenKind);
  return {
    /** @throws SyncError `invalid_token`; `missing_token` without a token, from nobody who is known */
    async admit(token: string | undefined, request: AdminRequest): Promise<Admin> {
      if (token === undefined) {
        const administrator = await administrators?.authenticate(request);
        if (!administrator) throw new SyncError('missing_token');
        return { kind: 'administrator', id: administrator.id, scopes: administrator.scopes };
      }
      const found = await tokens.get(digest(token));
      if (!found) throw new SyncError('invalid_token');
      return { kind: 'admin', id: found.value.id, scopes: found.value.scopes };
    },
  };
};

export type Admins = ReturnType<typeof createAdmins>;
