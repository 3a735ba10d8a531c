import { expect } from 'vitest';
import { change } from '../changes.js';
import { batch, begin, complete, entriesOf, openKeyed, renewed } from '../rotation-steps.js';
import type { Topic } from '../scenario.js';

/** A rotation from its begin to its completion: P-60 to P-64. */
export const rotation: Topic = (scenario) => {
  scenario(
    're-encrypts a whole log, entry by entry, and makes the new key the only one [P-60] [P-62] [P-63] [P-64]',
    async (f) => {
      const laptop = await openKeyed(f, 25);
      const phone = await f.device(laptop, 'Phone');
      (
        await phone.push([change('bare', { data: null, op: 'delete' }), change('empty', { data: '' })], {
          key_version: 1,
        })
      ).ok();
      expect(await begin(laptop, 'new')).toEqual({ key_version: 2, remaining: 26 });
      expect((await laptop.call('getKey')).ok()).toEqual({
        encrypted_key: 'old',
        key_version: 1,
        new_encrypted_key: 'new',
        new_key_version: 2,
      });
      const before = (await phone.pull({ include_own: true, rich: true })).ok().changes;
      const entries = await entriesOf(laptop, 10);
      expect(entries).toEqual(
        before
          .filter(({ data }) => data !== null)
          .map(({ seq, table, op, row_id, timestamp, data, key_version }) => ({
            seq,
            table,
            op,
            row_id,
            timestamp,
            data,
            key_version,
          })),
      );
      expect((await batch(laptop, renewed(entries.slice(0, 20)))).ok()).toEqual({ updated: 20, remaining: 6 });
      expect((await complete(laptop)).refusal('rotation_incomplete')).toEqual({ remaining: 6 });
      expect((await batch(laptop, renewed(entries.slice(20)))).ok()).toEqual({ updated: 6, remaining: 0 });
      expect((await complete(laptop)).ok()).toEqual({ key_version: 2, unreadable: 0 });
      expect((await laptop.call('getKey')).ok()).toEqual({ encrypted_key: 'new', key_version: 2 });
      const after = (await phone.pull({ include_own: true, rich: true })).ok().changes;
      expect(after).toEqual(
        before.map((row) => (row.data === null ? row : { ...row, data: `new ${row.data}`, key_version: 2 })),
      );
      expect((await laptop.call('keyHistory')).ok().keys).toMatchObject([
        { encrypted_key: 'old', key_version: 1, reason: 'rotated' },
      ]);
    },
  );

  scenario('needs a key, and a running rotation for every later step [P-60] [P-66]', async (f) => {
    const caller = await f.caller();
    (await caller.call('beginRotation', { body: { new_encrypted_key: 'new' } })).refusal('key_not_found');
    (await caller.call('putKey', { body: { encrypted_key: 'old' } })).ok();
    (await caller.call('rotationEntries', { body: {} })).refusal('no_rotation');
    (await batch(caller, [])).refusal('no_rotation');
    (await complete(caller)).refusal('no_rotation');
    (await caller.call('abortRotation')).refusal('no_rotation');
  });

  scenario(
    'begins once: the same envelope finds the running rotation, another one and PUT are refused [P-55] [P-60]',
    async (f) => {
      const device = await openKeyed(f, 3);
      const first = await begin(device, 'new');
      expect(await begin(device, 'new')).toEqual(first);
      (await device.call('beginRotation', { body: { new_encrypted_key: 'newer' } })).refusal('rotation_in_progress');
      (await device.call('putKey', { body: { encrypted_key: 'other' } })).refusal('rotation_in_progress');
      (await device.call('beginRotation', { body: { new_encrypted_key: 'x'.repeat(4097) } })).refusal('key_too_large');
      expect((await device.call('getKey')).ok()).toMatchObject({ encrypted_key: 'old', new_encrypted_key: 'new' });
    },
  );

  scenario('begins one rotation of two at once with different envelopes [P-60]', async (f) => {
    const device = await openKeyed(f, 1);
    const replies = await Promise.all(
      ['a', 'b'].map((new_encrypted_key) => device.call('beginRotation', { body: { new_encrypted_key } })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  scenario('is continued by another device after the first one died [P-60]', async (f) => {
    const laptop = await openKeyed(f, 10);
    await begin(laptop, 'new');
    const half = await entriesOf(laptop, 5);
    await batch(laptop, renewed(half.slice(0, 5)));
    const phone = await f.device(await f.logIn(laptop.app, laptop.user), 'Phone');
    const { new_encrypted_key } = (await phone.call('getKey')).ok();
    expect(await begin(phone, new_encrypted_key ?? '')).toEqual({ key_version: 2, remaining: 5 });
    const rest = await entriesOf(phone);
    expect(rest.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10]);
    (await batch(phone, renewed(rest))).ok();
    expect((await complete(phone)).ok()).toEqual({ key_version: 2, unreadable: 0 });
  });

  scenario('counts pushes that came in between, but not those under the new key [P-61] [P-64]', async (f) => {
    const device = await openKeyed(f, 1);
    await begin(device, 'new');
    (await device.push([change('old key')], { key_version: 1 })).ok();
    (await device.push([change('unsaid')])).ok();
    (await device.push([change('new key')], { key_version: 2 })).ok();
    const entries = await entriesOf(device);
    expect(entries.map(({ row_id, key_version }) => [row_id, key_version])).toEqual([
      ['row-0', 1],
      ['old key', 1],
      ['unsaid', null],
    ]);
    await batch(device, renewed(entries.slice(0, 1)));
    expect((await complete(device)).refusal('rotation_incomplete')).toEqual({ remaining: 2 });
    await batch(device, renewed(entries.slice(1)));
    (await complete(device)).ok();
    const rows = (await device.pull({ rich: true })).ok().changes;
    expect(rows.map(({ key_version }) => key_version)).toEqual([2, 2, 2, 2]);
  });

  scenario('stores a push without a key version under the current one until a rotation was begun [P-61]', async (f) => {
    const device = await openKeyed(f, 0);
    (await device.push([change('before')])).ok();
    await begin(device, 'new');
    (await device.push([change('during')])).ok();
    (await device.call('abortRotation')).ok();
    (await device.push([change('after')])).ok();
    const rows = (await device.pull({ rich: true })).ok().changes;
    expect(rows.map(({ key_version }) => key_version)).toEqual([1, null, null]);
  });

  scenario(
    'refuses a push under the old key after completion, and takes it re-encrypted with the same batch id [P-39] [P-64]',
    async (f) => {
      const device = await openKeyed(f, 0);
      await begin(device, 'new');
      (await complete(device)).ok();
      const late = { key_version: 1, batch_id: 'late' };
      expect((await device.push([change('a')], late)).refusal('stale_key_version')).toEqual({ key_version: 2 });
      (await device.push([change('a')], { ...late, key_version: 2 })).ok();
      (await device.push([change('b')], { key_version: 3 })).refusal('stale_key_version');
    },
  );

  scenario('takes a batch again without harm, and counts what is done already [P-63]', async (f) => {
    const device = await openKeyed(f, 3);
    await begin(device, 'new');
    const entries = renewed(await entriesOf(device));
    const first = (await batch(device, entries)).ok();
    expect(
      (
        await batch(
          device,
          entries.map(({ seq }) => ({ seq, data: 'other' })),
        )
      ).ok(),
    ).toEqual(first);
    const rows = (await device.pull()).ok().changes;
    expect(rows.map(({ data }) => data)).toEqual(entries.map(({ data }) => data));
  });

  scenario(
    'changes nothing when a batch names what is no entry of this log, and says which [P-7] [P-63]',
    async (f) => {
      const device = await openKeyed(f, 3);
      (await device.push([change('bare', { data: null })])).ok();
      await begin(device, 'new');
      const [good] = renewed(await entriesOf(device));
      for (const seq of [4, 5, 2 ** 53 - 1]) {
        expect((await batch(device, [good ?? {}, { seq, data: 'x' }])).refusal('unknown_entry')).toMatchObject({
          index: 1,
        });
      }
      expect(await begin(device, 'new')).toMatchObject({ remaining: 3 });
    },
  );

  scenario('takes at most 500 entries, of at most 1 MiB each [P-63]', async (f) => {
    const device = await openKeyed(f, 1);
    await begin(device, 'new');
    const many = Array.from({ length: 501 }, () => ({ seq: 1, data: 'x' }));
    (await batch(device, many)).refusal('too_many_changes');
    const big = [
      { seq: 1, data: 'x' },
      { seq: 1, data: 'x'.repeat(1024 * 1024 + 1) },
    ];
    expect((await batch(device, big)).refusal('change_too_large')).toMatchObject({ index: 1 });
    (await batch(device, many.slice(0, 500))).ok();
  });

  scenario('refuses a batch for another target than the running one [P-57] [P-63]', async (f) => {
    const device = await openKeyed(f, 1);
    await begin(device, 'new');
    const entries = renewed(await entriesOf(device));
    expect((await batch(device, entries, { key_version: 1 })).refusal('stale_key_version')).toEqual({ key_version: 2 });
    (await batch(device, entries, { key_version: 2 })).ok();
  });

  scenario('keeps an unreadable entry as it is, counts it as done and reports it [P-63] [P-64]', async (f) => {
    const device = await openKeyed(f, 3);
    await begin(device, 'new');
    const [one, two, three] = await entriesOf(device);
    const entries = [
      { seq: one?.seq, data: 'new' },
      { seq: two?.seq, unreadable: true },
      { seq: three?.seq, data: 'new' },
    ];
    expect((await batch(device, entries)).ok()).toEqual({ updated: 3, remaining: 0 });
    expect((await batch(device, entries)).ok()).toEqual({ updated: 3, remaining: 0 });
    expect(await entriesOf(device)).toEqual([]);
    expect((await complete(device)).ok()).toEqual({ key_version: 2, unreadable: 1 });
    expect((await device.pull()).ok().changes.map(({ data }) => data)).toEqual(['new', two?.data, 'new']);
  });

  scenario('ignores whatever stands as data beside unreadable [P-5] [P-63]', async (f) => {
    const beside = [{ a: 1 }, 'x', 123, null, ['x'], true];
    const device = await openKeyed(f, beside.length);
    const before = (await device.pull({ include_own: true })).ok().changes;
    await begin(device, 'new');
    const entries = beside.map((data, n) => ({ seq: n + 1, unreadable: true, data }));
    expect((await batch(device, entries)).ok()).toEqual({ updated: beside.length, remaining: 0 });
    expect((await device.pull({ include_own: true })).ok().changes).toEqual(before);
    expect((await complete(device)).ok()).toEqual({ key_version: 2, unreadable: beside.length });
    expect((await device.pull({ include_own: true })).ok().changes).toEqual(before);
  });

  scenario('pages the entries by limit and by 8 MiB [P-44] [P-62]', async (f) => {
    const device = await openKeyed(f, 0);
    const data = 'x'.repeat(1024 * 1024);
    (await device.push(Array.from({ length: 9 }, (_, n) => change(`row-${n}`, { data })))).ok();
    await begin(device, 'new');
    const page = (await device.call('rotationEntries', { body: {} })).ok();
    expect(page.entries).toHaveLength(8);
    expect(page.has_more).toBe(true);
    expect((await entriesOf(device, 2)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    (await device.call('rotationEntries', { body: { limit: 0 } })).refusal('invalid_request');
  });
};
