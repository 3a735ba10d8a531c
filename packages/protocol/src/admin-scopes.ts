/** What an admin token, or an administrator, may do (P-160). */
export const adminScopes = [
  'apps:read',
  'apps:write',
  'users:read',
  'users:write',
  'memberships:read',
  'memberships:write',
  'audit:read',
  'usage:read',
  'server:read',
  'releases:read',
  'releases:write',
  'tokens:read',
  'tokens:write',
  'administrators:read',
  'administrators:write',
] as const;

export type AdminScope = (typeof adminScopes)[number];
