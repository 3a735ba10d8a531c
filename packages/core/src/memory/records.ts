import type {
  Json,
  RecordName,
  RecordPut,
  Records,
  RecordWrite,
  StoredRecord,
  TransactResult,
} from '../ports/index.js';
import { conditionHolds, isLiving } from './record-condition.js';
import type { MemoryState, RecordState } from './state.js';
import { compareBytes } from './text-bytes.js';

const toRecord = (key: string, { json, version, expiresAt }: RecordState): StoredRecord => {
  const value: Json = JSON.parse(json);
  return { key, value, version, expiresAt };
};

const isUnder = ({ unique, indexes }: RecordState, index: string, value: string): boolean =>
  unique.get(index) === value || indexes.get(index)?.has(value) === true;

const compareNames = (a: RecordName, b: RecordName): number =>
  compareBytes(a.kind, b.kind) || compareBytes(a.key, b.key);

export const createMemoryRecords = (state: MemoryState): Records => {
  const ofKind = (kind: string): Map<string, RecordState> => {
    const records = state.records.get(kind) ?? new Map<string, RecordState>();
    state.records.set(kind, records);
    return records;
  };

  /** Does what `transact` says and leaves in `undo` how to take it back. */
  const apply = (writes: readonly RecordWrite[], now: number, undo: (() => void)[]): TransactResult => {
    const set = (kind: string, key: string, record: RecordState | undefined): void => {
      const records = ofKind(kind);
      const before = records.get(key);
      undo.push(() => (before ? records.set(key, before) : records.delete(key)));
      if (record) records.set(key, record);
      else records.delete(key);
    };

    /** Frees the unique values that expired records hold. @returns whether a living one holds one. */
    const isTaken = ({ kind, key, unique }: RecordPut): boolean => {
      for (const [otherKey, other] of [...ofKind(kind)]) {
        const isSame = Object.entries(unique).some(([name, value]) => other.unique.get(name) === value);
        if (otherKey === key || !isSame) continue;
        if (isLiving(other, now)) return true;
        set(kind, otherKey, undefined);
      }
      return false;
    };

    for (const [index, write] of writes.entries()) {
      const { kind, key } = write;
      const present = ofKind(kind).get(key);
      if (!conditionHolds(present, write.condition, now)) return { done: false, failed: index, reason: 'condition' };
      if (write.write === 'delete') set(kind, key, undefined);
      if (write.write !== 'put') continue;
      if (isTaken(write)) return { done: false, failed: index, reason: 'unique' };
      set(kind, key, {
        json: JSON.stringify(write.value),
        version: present && isLiving(present, now) ? present.version + 1 : 1,
        expiresAt: write.expiresAt,
        unique: new Map(Object.entries(write.unique)),
        indexes: new Map(Object.entries(write.indexes).map(([name, values]) => [name, new Set(values)])),
      });
    }
    return { done: true };
  };

  return {
    async get(kind, key) {
      const record = state.records.get(kind)?.get(key);
      return record ? toRecord(key, record) : null;
    },

    async find(kind, index, value, { after, limit }) {
      return [...(state.records.get(kind) ?? [])]
        .filter(([key, record]) => isUnder(record, index, value) && (after === null || compareBytes(key, after) > 0))
        .sort(([a], [b]) => compareBytes(a, b))
        .slice(0, limit)
        .map(([key, record]) => toRecord(key, record));
    },

    async count(kind) {
      return state.records.get(kind)?.size ?? 0;
    },

    async findByPrefix(kind, name, prefix, { after, limit }) {
      return [...(state.records.get(kind) ?? [])]
        .flatMap(([key, record]) => {
          const value = record.unique.get(name);
          return value?.startsWith(prefix) ? [{ key, record, value }] : [];
        })
        .filter(({ value }) => after === null || compareBytes(value, after) > 0)
        .sort((a, b) => compareBytes(a.value, b.value))
        .slice(0, limit)
        .map(({ key, record }) => toRecord(key, record));
    },

    async all(after, limit) {
      return [...state.records]
        .flatMap(([kind, records]) => [...records].map(([key, record]) => ({ kind, key, record })))
        .filter((name) => after === null || compareNames(name, after) > 0)
        .sort(compareNames)
        .slice(0, limit)
        .map(({ kind, key, record }) => ({ kind, ...toRecord(key, record) }));
    },

    async transact(writes, now) {
      const undo: (() => void)[] = [];
      const result = apply(writes, now, undo);
      if (!result.done) for (const step of undo.reverse()) step();
      return result;
    },

    async sweep(now, limit) {
      let removed = 0;
      for (const records of state.records.values()) {
        for (const [key, record] of records) {
          if (removed === limit) return removed;
          if (!isLiving(record, now) && records.delete(key)) removed++;
        }
      }
      return removed;
    },
  };
};
