import { expect } from 'vitest';
import { change, changes } from '../changes.js';
import type { Topic } from '../scenario.js';

/** What a pull brings: P-40, P-43, P-45, P-48. */
export const pull: Topic = (scenario) => {
  scenario('brings what others wrote, in the order of the log, without own changes [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { cursor } = await laptop.pullAll();
    await phone.write('a');
    await laptop.write('own');
    await phone.write('b', 'a');
    expect(await laptop.pullAll({ cursor })).toMatchObject({ rowIds: ['a', 'b', 'a'] });
  });

  scenario('takes absent, null, "" and 0 as the start [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a', 'b');
    for (const start of [{}, { cursor: null }, { cursor: '' }, { cursor: 0 }, { cursor: '0' }]) {
      expect((await laptop.pull(start)).ok().changes.map(({ row_id }) => row_id)).toEqual(['a', 'b']);
    }
  });

  scenario('answers five fields a change, and more with rich [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const blob = 'AB'.repeat(32);
    const sent = change('a', { op: 'INSERT' });
    (await phone.push([{ ...sent, blobs: [blob] }, change('b')], { key_version: 1 })).ok();
    const plain = (await laptop.pull()).ok().changes[0];
    expect(plain).toEqual({ ...sent, op: 'insert' });
    const [a, b] = (await laptop.pull({ rich: true })).ok().changes;
    expect(a).toEqual({ ...plain, seq: 1, device_id: phone.id, key_version: 1, blobs: [blob.toLowerCase()] });
    expect(b).toMatchObject({ seq: 2 });
  });

  scenario('answers the position of the newest own change and the time [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    expect((await laptop.pull()).ok().last_push).toBe(0);
    await phone.write('a');
    await laptop.write('b', 'c');
    await phone.write('d');
    const answer = (await laptop.pull()).ok();
    expect(answer.last_push).toBe(3);
    expect(Date.parse(answer.server_time)).toBe(f.clock.now());
  });

  scenario('brings own changes too when it begins at the start, over all its pages [P-45]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const expected: string[] = [];
    for (let n = 0; n < 6; n++) {
      await (n % 2 === 0 ? laptop : phone).write(`${n}a`, `${n}b`);
      expected.push(`${n}a`, `${n}b`);
    }
    for (const limit of [1, 2, 3, 500]) expect((await laptop.pullAll({ limit })).rowIds).toEqual(expected);
  });

  scenario('brings own changes from the start only up to the head at its beginning [P-45]', async (f) => {
    const laptop = await f.device();
    await laptop.write('a', 'b');
    const page = (await laptop.pull({ limit: 1 })).ok();
    await laptop.write('during');
    expect((await laptop.pullAll({ cursor: page.cursor, limit: 1 })).rowIds).toEqual(['b']);
  });

  scenario('brings own changes from any cursor with include_own, over all its pages [P-45]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { cursor } = await laptop.pullAll();
    await laptop.write('a');
    await phone.write('b');
    await laptop.write('c');
    const first = (await laptop.pull({ cursor, include_own: true, limit: 1 })).ok();
    expect(first.changes.map(({ row_id }) => row_id)).toEqual(['a']);
    expect((await laptop.pullAll({ cursor: first.cursor, limit: 1 })).rowIds).toEqual(['b', 'c']);
    expect((await laptop.pullAll({ cursor })).rowIds).toEqual(['b']);
  });

  scenario('gives a reinstalled client of the same name everything back [P-20] [P-45]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await laptop.pullAll();
    await laptop.write('own-1');
    await phone.write('foreign');
    await laptop.write('own-2');
    const reinstalled = await f.device(await f.logIn(laptop.app, laptop.user));
    expect(reinstalled.id).toBe(laptop.id);
    expect((await reinstalled.pullAll()).rowIds).toEqual(['own-1', 'foreign', 'own-2']);
  });

  scenario(
    'skips nothing when a push cursor is given to pull, as the first example of the API does [P-34] [P-48]',
    async (f) => {
      const laptop = await f.device();
      const phone = await f.device(laptop, 'Phone');
      await phone.write('before');
      const { cursor } = await laptop.write('own');
      expect((await laptop.pullAll({ cursor })).rowIds).toContain('before');
    },
  );

  scenario('reads a push cursor from the place that the device last presented [P-48]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('old');
    const { cursor: seen } = await laptop.pullAll();
    f.clock.advance(2000);
    expect((await laptop.pullAll({ cursor: seen })).rowIds).toEqual([]);
    await phone.write('unseen');
    const pushed = await laptop.write('own');
    await phone.write('after');
    expect((await laptop.pullAll({ cursor: pushed.cursor })).rowIds).toEqual(['unseen', 'after']);
    const { latest_cursor } = (await phone.call('status')).ok();
    expect((await laptop.pullAll({ cursor: latest_cursor })).rowIds).toEqual(expect.arrayContaining(['after']));
  });

  scenario('does not take a place that was answered but not presented for passed [P-48]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a', 'b');
    const lost = (await laptop.pull({ limit: 1 })).ok();
    expect(lost.changes).toHaveLength(1);
    const { cursor } = await laptop.write('own');
    expect((await laptop.pullAll({ cursor })).rowIds).toEqual(expect.arrayContaining(['a', 'b']));
  });

  scenario(
    'lets a client that always uses its newest cursor miss nothing and see all in order [P-43] [P-48]',
    async (f) => {
      const laptop = await f.device();
      const phone = await f.device(laptop, 'Phone');
      const seen = new Set<string>();
      let cursor: string | number | null = null;
      for (let n = 0; n < 30; n++) {
        await phone.write(`phone-${n}`);
        if (n % 2 === 0) cursor = (await laptop.write(`laptop-${n}`)).cursor;
        if (n % 3 === 0) {
          const page = (await laptop.pull({ cursor, limit: 2 })).ok();
          for (const { row_id } of page.changes) seen.add(row_id);
          cursor = page.cursor;
        }
      }
      for (const row of (await laptop.pullAll({ cursor })).rowIds) seen.add(row);
      for (let n = 0; n < 30; n++) expect(seen).toContain(`phone-${n}`);
    },
  );

  scenario('skips and doubles nothing for a reader that polls while eight devices write [P-43]', async (f) => {
    const reader = await f.device();
    const writers = await Promise.all(Array.from({ length: 8 }, (_, n) => f.device(reader, `Writer ${n}`)));
    let writing = writers.length;
    const work = writers.map(async (writer, w) => {
      for (let n = 0; n < 12; n++) await writer.write(`${w}-${n}-a`, `${w}-${n}-b`);
      writing -= 1;
    });
    const seen: string[] = [];
    let cursor: string | number | null = null;
    for (let isLast = false; ; ) {
      const page = (await reader.pull({ cursor, limit: 7, rich: true })).ok();
      seen.push(...page.changes.map(({ row_id, seq }) => `${seq} ${row_id}`));
      cursor = page.cursor;
      if (page.has_more) continue;
      if (isLast) break;
      isLast = writing === 0;
    }
    await Promise.all(work);
    const rows = (await reader.pull({ rich: true })).ok().changes.map(({ row_id, seq }) => `${seq} ${row_id}`);
    expect(seen).toEqual(rows);
    expect(rows).toHaveLength(8 * 12 * 2);
    expect(rows.map((row) => Number.parseInt(row, 10))).toEqual(rows.map((_, n) => n + 1));
  });

  scenario('keeps the logs of two users and of two apps apart [P-7]', async (f) => {
    const laptop = await f.device();
    const otherUser = await f.device(await f.caller(laptop.app));
    const otherApp = await f.device(await f.logIn(await f.app(), laptop.user));
    await laptop.write('mine');
    for (const other of [otherUser, otherApp]) {
      expect((await other.pullAll({ include_own: true })).rowIds).toEqual([]);
      (await other.call('pull', { body: { device_id: laptop.id } })).refusal('unknown_device');
    }
  });

  scenario('answers the same page again for the same cursor [P-40]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    (await phone.push(changes(20))).ok();
    const { cursor } = (await laptop.pull({ limit: 5 })).ok();
    const [one, two] = [(await laptop.pull({ cursor, limit: 5 })).ok(), (await laptop.pull({ cursor, limit: 5 })).ok()];
    expect(two).toEqual(one);
  });
};
