import type { z } from 'zod';
import type {
  Clock,
  FindOptions,
  Json,
  RecordCheck,
  RecordCondition,
  RecordDelete,
  RecordPut,
  Records,
} from '../ports/index.js';

/** A kind of record, declared once: what it holds and how it is found. A storage needs nothing new for a new kind. */
export interface Kind<T extends Json> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  unique(value: T): Readonly<Record<string, string>>;
  indexes(value: T): Readonly<Record<string, readonly string[]>>;
}

export interface Found<T> {
  readonly key: string;
  readonly value: T;
  readonly version: number;
  readonly expiresAt: number | null;
}

export const defineKind = <T extends Json>(kind: {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly unique?: (value: T) => Readonly<Record<string, string>>;
  readonly indexes?: (value: T) => Readonly<Record<string, readonly string[]>>;
}): Kind<T> => ({ unique: () => ({}), indexes: () => ({}), ...kind });

/** Records of one kind, typed: reads leave expired ones out, `put` and the rest make writes for `Records.transact`. */
export interface Collection<T extends Json> {
  get(key: string): Promise<Found<T> | null>;
  find(index: string, value: string, options: FindOptions): Promise<readonly Found<T>[]>;
  /** By a unique name, in order of its value; see `Records.findByPrefix`. */
  findByPrefix(name: string, prefix: string, options: FindOptions): Promise<readonly Found<T>[]>;
  put(key: string, value: T, options?: { condition?: RecordCondition; expiresAt?: number | null }): RecordPut;
  delete(key: string, condition?: RecordCondition): RecordDelete;
  check(key: string, condition: RecordCondition): RecordCheck;
}

export const createCollection = <T extends Json>(records: Records, clock: Clock, kind: Kind<T>): Collection<T> => {
  const isLiving = (found: { readonly expiresAt: number | null }) =>
    found.expiresAt === null || found.expiresAt > clock.now();
  return {
    async get(key) {
      const found = await records.get(kind.name, key);
      return found && isLiving(found) ? { ...found, value: kind.schema.parse(found.value) } : null;
    },
    async find(index, value, options) {
      const found = await records.find(kind.name, index, value, options);
      return found.filter(isLiving).map((record) => ({ ...record, value: kind.schema.parse(record.value) }));
    },
    async findByPrefix(name, prefix, options) {
      const found = await records.findByPrefix(kind.name, name, prefix, options);
      return found.filter(isLiving).map((record) => ({ ...record, value: kind.schema.parse(record.value) }));
    },
    put: (key, value, { condition = 'any', expiresAt = null } = {}) => ({
      write: 'put',
      kind: kind.name,
      key,
      condition,
      value,
      expiresAt,
      unique: kind.unique(value),
      indexes: kind.indexes(value),
    }),
    delete: (key, condition = 'any') => ({ write: 'delete', kind: kind.name, key, condition }),
    check: (key, condition) => ({ write: 'check', kind: kind.name, key, condition }),
  };
};
