import { randomHex } from '../digest.js';
import type { Clock, Random, RecordPut } from '../ports/index.js';
import { type AuditRecord, auditKind, toAuditKey } from './audit-kind.js';

export type AuditActor = AuditRecord['actor'];

export interface AuditEntry {
  /** What was done, as `kind.verb`: `user.create`, `login.fail`. */
  readonly action: string;
  readonly actor: AuditActor;
  readonly appId: string | null;
  /** What it was done to. */
  readonly subject: { readonly kind: string; readonly id: string } | null;
  /** Where the request came from; null for the command line and for work of the server itself. */
  readonly address: string | null;
  /** Short facts. Never a secret, never `data`, never an e-mail address or an id of a user or an app. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Who does something, and from where: what the entries of an administration name. */
export type AuditOrigin = Pick<AuditEntry, 'actor' | 'address'>;

/** Whoever runs the program or calls the library. */
export const operator: AuditOrigin = { actor: { kind: 'operator', id: null }, address: null };

/** Writes the audit log. */
export interface Audit {
  /**
   * A new row, to be written in the same transaction as the deed. Where it names a user or an app that could be erased
   * at that moment, the transaction must also check that it is still there: the erasing looks for rows only once more
   * after that.
   */
  entry(entry: AuditEntry): RecordPut;
}

export interface AuditOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Seconds that a row is kept; 365 days when left out. */
  readonly retention?: number | undefined;
}

const year = 365 * 86_400;

const mostInOrder = 0xffffff;

export const createAudit = ({ clock, random, retention = year }: AuditOptions): Audit => {
  let written = 0;
  return {
    entry({ details = {}, address, ...entry }) {
      const at = clock.now();
      const row = { at, ...entry, address: address === '' ? null : address, details: { ...details } };
      // Of one moment, too, the newest comes first.
      written = (written + 1) % mostInOrder;
      const order = (mostInOrder - written).toString(16).padStart(6, '0');
      return {
        write: 'put',
        kind: auditKind.name,
        key: `${toAuditKey(at)}-${order}${randomHex(random, 5)}`,
        condition: 'absent',
        value: row,
        expiresAt: at + retention * 1000,
        unique: {},
        indexes: auditKind.indexes(row),
      };
    },
  };
};
