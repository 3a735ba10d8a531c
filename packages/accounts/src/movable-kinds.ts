import { type MovableKind, toMovableKind } from '@synckeep/core';
import { membershipKinds } from './memberships/kinds.js';
import { sessionKind } from './session-kind.js';
import { userKind } from './user-kind.js';

/**
 * How the records of this package move, for `exportData` and `importData`: a user with everything of the user, what was
 * bought included; logins, items and tiers only with the whole server, whose signing secrets may come along.
 */
export const accountKinds: readonly MovableKind[] = [
  toMovableKind(userKind, 'user'),
  toMovableKind(sessionKind, 'server'),
  ...membershipKinds,
];
