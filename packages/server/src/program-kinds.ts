import { accountKinds } from '@synckeep/accounts';
import { type MovableKind, toMovableKind } from '@synckeep/core';
import { backupStateKind } from './backup/backup-state.js';
import { secretKind } from './database-secrets.js';

/** How the records that this program adds to those of the core move. */
export const programKinds: readonly MovableKind[] = [
  ...accountKinds,
  toMovableKind(secretKind, 'never'),
  toMovableKind(backupStateKind, 'never'),
];
