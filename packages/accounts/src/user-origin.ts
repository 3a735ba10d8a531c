import type { AuditOrigin } from '@synckeep/core';

/** A user who does something for themselves, for the audit log. */
export const toUserOrigin = (userId: string, address: string | null): AuditOrigin => ({
  actor: { kind: 'user', id: userId },
  address,
});
