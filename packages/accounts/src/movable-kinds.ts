import { type MovableKind, toMovableKind } from '@synckeep/core';
import { browserSessionKind } from './pages/browser-session-kind.js';
import { sessionKind } from './session-kind.js';
import { userKind } from './user-kind.js';

/**
 * How the records of this package move, for `exportData` and `importData`: a user with everything of the user, logins
 * only with the whole server, whose signing secrets may come along.
 */
export const accountKinds: readonly MovableKind[] = [
  toMovableKind(userKind, 'user'),
  toMovableKind(sessionKind, 'server'),
  toMovableKind(browserSessionKind, 'never'),
];
