import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEntryCipher, hideRowId, rotateVaultSecret, secureRandom } from '../../src/crypto/index.js';
import { bytesOf, createSealing, newVault } from './sealed.js';

const op = fc.constantFrom('insert', 'update', 'delete');
const rowId = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const table = fc.stringMatching(/^[A-Za-z0-9_]{1,20}$/);
const value = fc.option(fc.uint8Array({ maxLength: 300 }));
const options = fc.record({ hideRowIds: fc.boolean(), pad: fc.boolean() });
const change = fc.record({ table, rowId, op, value });

describe('an entry', () => {
  test('comes back as it was sealed, hidden or not, padded or not', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.array(change, { maxLength: 5 }), async (wanted, changes) => {
        const { cipher } = createSealing(wanted);
        const sealed = await cipher.sealAll(changes);
        const received = sealed.map(({ rowId: row_id, data }, n) => ({
          table: changes[n]?.table ?? '',
          op: changes[n]?.op.toUpperCase() ?? '',
          row_id,
          data,
        }));
        expect(await cipher.openAll(received)).toEqual(
          changes.map((each) => ({ ok: true, rowId: each.rowId, value: each.value })),
        );
      }),
    );
  });

  test('is refused when any bit of it is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(options, change, fc.nat(), async (wanted, plain, at) => {
        const { seal, open } = createSealing(wanted);
        const sealed = await seal(plain);
        const bytes = Buffer.from(sealed.data ?? '', 'base64url');
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await open({ ...sealed, data: bytes.toString('base64url') })).toMatchObject({ ok: false });
      }),
      { numRuns: 300 },
    );
  });

  test('is refused when any character of its text is another', async () => {
    const { seal, open } = createSealing();
    const sealed = await seal({ table: 'notes', rowId: 'a', op: 'insert', value: bytesOf('milk') });
    const data = sealed.data ?? '';
    for (let at = 0; at < data.length; at++) {
      for (const other of ['A', 'B', '_', '=', '+', '\n', 'é']) {
        if (data[at] === other) continue;
        const changed = data.slice(0, at) + other + data.slice(at + 1);
        expect(await open({ ...sealed, data: changed })).toMatchObject({ ok: false });
      }
    }
  });

  test('is refused when it is cut off or extended', async () => {
    const { seal, open } = createSealing({ pad: true });
    const sealed = await seal({ table: 'notes', rowId: 'a', op: 'insert', value: bytesOf('milk') });
    const data = sealed.data ?? '';
    for (let length = 0; length < data.length; length++) {
      expect(await open({ ...sealed, data: data.slice(0, length) })).toMatchObject({ ok: false });
      expect(await open({ ...sealed, data: data.slice(length + 1) })).toMatchObject({ ok: false });
    }
    for (const end of ['A', 'AA', 'AAAA'])
      expect(await open({ ...sealed, data: data + end })).toMatchObject({ ok: false });
  });

  test('is refused in another row, table or op', async () => {
    await fc.assert(
      fc.asyncProperty(options, change, change, async (wanted, one, two) => {
        const { seal, open } = createSealing(wanted);
        const first = await seal(one);
        const second = await seal(two);
        for (const field of ['table', 'row_id', 'op'] as const) {
          const moved = { ...first, [field]: second[field] };
          const isSame = moved[field] === first[field];
          expect((await open(moved))?.ok).toBe(isSame);
        }
        // The border between table and row id cannot be moved either.
        const shifted = { ...first, table: first.table + first.row_id[0], row_id: first.row_id.slice(1) };
        expect(await open(shifted)).toMatchObject({ ok: false });
      }),
    );
  });

  test('does not stop the others when it is refused', async () => {
    const { cipher, seal } = createSealing();
    const good = await seal({ table: 'notes', rowId: 'a', op: 'insert', value: bytesOf('milk') });
    const opened = await cipher.openAll([good, { ...good, op: 'delete' }, { ...good, data: 'junk' }, good]);
    expect(opened.map((each) => (each.ok ? 'opened' : each.reason))).toEqual([
      'opened',
      'tampered',
      'malformed',
      'opened',
    ]);
  });

  test('of another vault under the same keys is refused', async () => {
    const vault = newVault();
    const [sealed] = await createEntryCipher([vault]).sealAll([{ table: 't', rowId: 'r', op: 'insert', value: null }]);
    const elsewhere = createEntryCipher([{ ...vault, vaultId: secureRandom(16) }]);
    const received = { table: 't', row_id: 'r', op: 'insert', data: sealed?.data ?? '' };
    expect((await elsewhere.openAll([received]))[0]).toEqual({ ok: false, reason: 'unknown_key' });
  });

  test('names the server could not have got from us are refused, not thrown', async () => {
    const { seal, open } = createSealing();
    const sealed = await seal({ table: 'notes', rowId: 'a', op: 'insert', value: null });
    expect(await open({ ...sealed, row_id: '\ud800' })).toEqual({ ok: false, reason: 'malformed' });
    expect(await open({ ...sealed, op: 'constructor' })).toEqual({ ok: false, reason: 'malformed' });
    expect(await open({ ...sealed, row_id: 'x'.repeat(70_000) })).toEqual({ ok: false, reason: 'tampered' });
  });
});

describe('a delete', () => {
  test('that carries no tombstone of ours is refused', async () => {
    const { seal, open } = createSealing();
    const note = await seal({ table: 'notes', rowId: 'a', op: 'update', value: bytesOf('milk') });
    expect(await open({ ...note, op: 'delete', data: null })).toEqual({ ok: false, reason: 'malformed' });
    expect(await open({ ...note, op: 'delete' })).toEqual({ ok: false, reason: 'tampered' });
    const tombstone = await seal({ table: 'notes', rowId: 'a', op: 'delete', value: bytesOf('clock 17') });
    expect(await open(tombstone)).toEqual({ ok: true, rowId: 'a', value: bytesOf('clock 17') });
  });
});

describe('during a rotation', () => {
  test('entries of both keys are opened, and new ones are written under the newer', async () => {
    const old = newVault();
    const next = rotateVaultSecret(old, secureRandom);
    const change = { table: 'notes', rowId: 'a', op: 'insert', value: bytesOf('milk') } as const;
    const [before] = await createEntryCipher([old]).sealAll([change]);
    const both = createEntryCipher([next, old]);
    const [after] = await both.sealAll([change]);
    const received = [before, after].map((each) => ({
      table: 'notes',
      row_id: 'a',
      op: 'insert',
      data: each?.data ?? '',
    }));
    expect((await both.openAll(received)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(await createEntryCipher([next]).openAll(received)).toMatchObject([{ reason: 'unknown_key' }, { ok: true }]);
    expect(await createEntryCipher([old]).openAll(received)).toMatchObject([{ ok: true }, { reason: 'unknown_key' }]);
  });

  test('entries are sealed again under the newer key as they are, whatever the options are now', async () => {
    const old = newVault();
    const next = rotateVaultSecret(old, secureRandom);
    const change = { table: 'notes', rowId: 'a', op: 'delete', value: bytesOf('clock 17') } as const;
    for (const before of [{}, { hideRowIds: true, pad: true }]) {
      for (const now of [{}, { hideRowIds: true, pad: true }]) {
        const [sealed] = await createEntryCipher([old], before).sealAll([change]);
        const received = { table: 'notes', row_id: sealed?.rowId ?? '', op: 'DELETE', data: sealed?.data ?? '' };
        const both = createEntryCipher([next, old], now);
        const [good, bad] = await both.resealAll([received, { ...received, table: 'tasks' }]);
        expect(bad).toEqual({ ok: false, reason: 'tampered' });
        const resealed = { ...received, data: good?.ok ? good.data : null };
        expect(resealed.data).toHaveLength(received.data.length);
        expect(await createEntryCipher([next]).openAll([resealed])).toEqual([
          { ok: true, rowId: 'a', value: change.value },
        ]);
      }
    }
  });

  test('a hidden row keeps its name', () => {
    const old = newVault();
    const next = rotateVaultSecret(old, secureRandom);
    expect(hideRowId(next, 'notes', 'a')).toBe(hideRowId(old, 'notes', 'a'));
    expect(hideRowId(next, 'tasks', 'a')).not.toBe(hideRowId(old, 'notes', 'a'));
    expect(hideRowId(newVault(), 'notes', 'a')).not.toBe(hideRowId(old, 'notes', 'a'));
  });
});

describe('hiding', () => {
  test('shows the server neither the row id nor, padded, the exact length', async () => {
    const { seal } = createSealing({ hideRowIds: true, pad: true });
    const lengths = new Set<number>();
    for (let length = 1040; length < 1050; length++) {
      const sealed = await seal({ table: 'n', rowId: 'secret-name', op: 'insert', value: new Uint8Array(length) });
      expect(sealed.row_id).toMatch(/^[A-Za-z0-9_-]{32}$/);
      lengths.add(sealed.data?.length ?? 0);
    }
    expect(lengths.size).toBe(1);
  });
});
