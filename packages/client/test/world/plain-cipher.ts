import type { EntryCipher, OpenedChange } from '../../src/crypto/index.js';

interface Sealed {
  readonly key: number;
  readonly table: string;
  readonly rowId: string;
  readonly op: string;
  readonly value: string | null;
}

const encode = (value: Uint8Array | null): string | null => value && Buffer.from(value).toString('base64');

const parse = (data: string | null): Sealed | null => {
  try {
    return data === null ? null : JSON.parse(Buffer.from(data, 'base64').toString());
  } catch {
    return null;
  }
};

/** Refuses what the real cipher refuses and hides nothing: tests can read what a server holds. */
export const createPlainCipher = (knownKeys: readonly number[] = [0]): EntryCipher => ({
  async sealAll(changes) {
    const key = knownKeys.at(-1) ?? 0;
    return changes.map(({ table, rowId, op, value }) => {
      const sealed: Sealed = { key, table, rowId, op, value: encode(value) };
      return { rowId, data: Buffer.from(JSON.stringify(sealed)).toString('base64') };
    });
  },
  async openAll(changes) {
    return changes.map(({ table, row_id, op, data }): OpenedChange => {
      const sealed = parse(data);
      if (sealed === null) return { ok: false, reason: 'malformed' };
      if (!knownKeys.includes(sealed.key)) return { ok: false, reason: 'unknown_key' };
      const isOurs = sealed.table === table && sealed.rowId === row_id && sealed.op === op.toLowerCase();
      if (!isOurs) return { ok: false, reason: 'tampered' };
      const value = sealed.value === null ? null : new Uint8Array(Buffer.from(sealed.value, 'base64'));
      return { ok: true, rowId: row_id, value };
    });
  },
});
