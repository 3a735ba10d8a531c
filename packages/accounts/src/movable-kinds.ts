import { type MovableKind, toMovableKind } from '@synckeep/core';
import { adminSessionKind } from './administrators/admin-session-kind.js';
import { administratorKind, administratorRollKind } from './administrators/administrator-kind.js';
import { setupLinkKind } from './administrators/setup-link-kind.js';
import { knownPlacesKind } from './known-places.js';
import { linkKind } from './links/link-kind.js';
import { membershipKinds } from './memberships/kinds.js';
import { grantKind } from './oauth/grant-kind.js';
import { browserSessionKind } from './pages/browser-session-kind.js';
import { emailChangeKind } from './recovery/email-change-kind.js';
import { enrolmentKind, secondFactorKind } from './second-factor/second-factor-kind.js';
import { sessionKind } from './session-kind.js';
import { userKind } from './user-kind.js';

/**
 * How the records of this package move, for `exportData` and `importData`: a user with everything of the user, what was
 * bought included; logins, items and tiers only with the whole server, whose signing secrets may come along.
 */
export const accountKinds: readonly MovableKind[] = [
  toMovableKind(userKind, 'user'),
  // Where its signing secret is not, only the recovery codes work: nobody loses a second factor by moving.
  toMovableKind(secondFactorKind, 'user'),
  toMovableKind(enrolmentKind, 'never'),
  toMovableKind(knownPlacesKind, 'server'),
  toMovableKind(linkKind, 'never'),
  toMovableKind(emailChangeKind, 'never'),
  toMovableKind(sessionKind, 'server'),
  toMovableKind(grantKind, 'server'),
  toMovableKind(browserSessionKind, 'never'),
  // Who moves with an app or alone is no administrator elsewhere.
  toMovableKind(administratorKind, 'server'),
  toMovableKind(administratorRollKind, 'never'),
  toMovableKind(adminSessionKind, 'never'),
  toMovableKind(setupLinkKind, 'never'),
  ...membershipKinds,
];
