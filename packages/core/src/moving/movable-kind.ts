import { aliasKind, auditKind } from '../administration/audit-kind.js';
import type { Json, RecordPut } from '../ports/index.js';
import { adminTokenKind } from '../records/admin-token-kind.js';
import { appKind } from '../records/app.js';
import type { Kind } from '../records/collection.js';
import { erasedKind, saltKind, ticketKind } from '../records/small-kinds.js';
import { importKind, stagedKind } from './import-kinds.js';

/**
 * What records of a kind move with: `app` and `user` with the app or the user whose id is their key, and with whatever
 * that one moves with; `server` only with the whole server; `never` with nothing.
 */
export type Moves = 'app' | 'user' | 'server' | 'never';

/** How records of one kind move. A kind that nobody declared so stops an export, so that none is forgotten. */
export interface MovableKind {
  readonly name: string;
  readonly moves: Moves;
  /** Where the key is taken, the record there must be the same; otherwise it stays as it is and this one is left out. */
  readonly mustBeSame: boolean;
  /** The write that makes the record, checked by its schema. undefined when it is no record of this kind. */
  toPut(key: string, value: Json, expiresAt: number | null): RecordPut | undefined;
}

export const toMovableKind = <T extends Json>(
  kind: Kind<T>,
  moves: Moves,
  { mustBeSame = false }: { readonly mustBeSame?: boolean } = {},
): MovableKind => ({
  name: kind.name,
  moves,
  mustBeSame,
  toPut(key, value, expiresAt) {
    const parsed = kind.schema.safeParse(value);
    if (!parsed.success) return undefined;
    const { data } = parsed;
    const names = { unique: kind.unique(data), indexes: kind.indexes(data) };
    return { write: 'put', kind: kind.name, key, condition: 'absent', value: data, expiresAt, ...names };
  },
});

const coreKinds: readonly MovableKind[] = [
  toMovableKind(appKind, 'app'),
  toMovableKind(adminTokenKind, 'server'),
  toMovableKind(auditKind, 'server'),
  toMovableKind(aliasKind, 'never'),
  toMovableKind(erasedKind, 'server'),
  // The pseudonyms of erased users are made with it.
  toMovableKind(saltKind, 'server', { mustBeSame: true }),
  toMovableKind(ticketKind, 'never'),
  toMovableKind(importKind, 'never'),
  toMovableKind(stagedKind, 'never'),
];

/** The kinds of the core and of its host, by name. */
export const movableKinds = (others: readonly MovableKind[]): ReadonlyMap<string, MovableKind> =>
  new Map([...coreKinds, ...others].map((kind) => [kind.name, kind]));
