import { type AdminScope, SyncError } from '@synckeep/protocol';
import type { AuditOrigin } from '../administration/audit.js';
import { digest } from '../digest.js';
import type { Clock, Records } from '../ports/index.js';
import { adminTokenKind } from '../records/admin-token-kind.js';
import { createCollection } from '../records/collection.js';

/** Who calls the admin API. */
export interface Admin {
  readonly tokenId: string;
  readonly scopes: readonly AdminScope[];
}

/** What the audit log says of a call. */
export const toOrigin = ({ tokenId }: Admin, address: string): AuditOrigin => ({
  ...{ actor: { kind: 'admin', id: tokenId }, address },
});

/** Lets admin tokens in (P-160). Nothing is remembered: a token ends with the moment in which it is revoked. */
export const createAdmins = (records: Records, clock: Clock) => {
  const tokens = createCollection(records, clock, adminTokenKind);
  return {
    /** @throws SyncError `invalid_token` */
    async admit(token: string): Promise<Admin> {
      const found = await tokens.get(digest(token));
      if (!found) throw new SyncError('invalid_token');
      return { tokenId: found.value.id, scopes: found.value.scopes };
    },
  };
};

export type Admins = ReturnType<typeof createAdmins>;
