import { aliasKind, auditKind } from '../administration/audit-kind.js';
import { holdKind } from '../blobs/holds.js';
import type { Json, RecordPut } from '../ports/index.js';
import { adminTokenKind } from '../records/admin-token-kind.js';
import { appKind } from '../records/app.js';
import type { Kind } from '../records/collection.js';
import { erasedKind, erasingKind, saltKind, ticketKind } from '../records/small-kinds.js';
import { isConfirmed, releaseKind } from '../releases/release.js';
import { downloadsKind, publisherKind, slugKind, updateKeyKind } from '../releases/small-kinds.js';
import { usageKind, userUsageKind } from '../usage/kinds.js';
import { importKind, stagedKind } from './import-kinds.js';
import type { MovedObject } from './object-lines.js';

/**
 * What records of a kind move with: `app` and `user` with the app or the user whose id is their key, or stands in their
 * index, and with whatever that one moves with; `server` only with the whole server; `never` with nothing.
 */
export type Moves = 'app' | 'user' | 'server' | 'never';

/** How records of one kind move. A kind that nobody declared so stops an export, so that none is forgotten. */
export interface MovableKind {
  readonly name: string;
  readonly moves: Moves;
  /** Where the key is taken, the record there must be the same; otherwise it stays as it is and this one is left out. */
  readonly mustBeSame: boolean;
  /** Under which a record stands by the id of the app or user that it moves with; null: that id is its key. */
  readonly index: string | null;
  /** What a record has in the blob store, which moves with it. */
  objectsOf(value: Json): readonly MovedObject[];
  /** The write that makes the record, checked by its schema. undefined when it is no record of this kind. */
  toPut(key: string, value: Json, expiresAt: number | null): RecordPut | undefined;
}

export const toMovableKind = <T extends Json>(
  kind: Kind<T>,
  moves: Moves,
  options: {
    readonly mustBeSame?: boolean;
    readonly index?: string;
    readonly objectsOf?: (value: T) => readonly MovedObject[];
  } = {},
): MovableKind => ({
  name: kind.name,
  moves,
  mustBeSame: options.mustBeSame ?? false,
  index: options.index ?? null,
  objectsOf: (value) => options.objectsOf?.(kind.schema.parse(value)) ?? [],
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
  toMovableKind(updateKeyKind, 'app'),
  toMovableKind(slugKind, 'app', { index: 'app' }),
  toMovableKind(publisherKind, 'app', { index: 'app' }),
  toMovableKind(releaseKind, 'app', { index: 'app', objectsOf: ({ artifacts }) => artifacts.filter(isConfirmed) }),
  toMovableKind(downloadsKind, 'app', { index: 'app' }),
  toMovableKind(adminTokenKind, 'server'),
  toMovableKind(auditKind, 'server'),
  toMovableKind(usageKind, 'server'),
  toMovableKind(userUsageKind, 'server'),
  toMovableKind(aliasKind, 'never'),
  toMovableKind(erasedKind, 'server'),
  toMovableKind(erasingKind, 'never'),
  // The pseudonyms of erased users are made with it.
  toMovableKind(saltKind, 'server', { mustBeSame: true }),
  toMovableKind(ticketKind, 'never'),
  toMovableKind(importKind, 'never'),
  toMovableKind(stagedKind, 'never'),
  toMovableKind(holdKind, 'never'),
];

/** The kinds of the core and of its host, by name. */
export const movableKinds = (others: readonly MovableKind[]): ReadonlyMap<string, MovableKind> =>
  new Map([...coreKinds, ...others].map((kind) => [kind.name, kind]));
