import { expect } from 'vitest';
import type { Device } from '../caller.js';
import { change, changes } from '../changes.js';
import type { Topic } from '../scenario.js';

const MiB = 1024 * 1024;

const writeMany = async (device: Device, count: number, prefix: string): Promise<void> => {
  for (let n = 0; n < count; n += 500) {
    (await device.push(changes(Math.min(500, count - n), `${prefix}-${n}`, { data: null }))).ok();
  }
};

/** Pages of a pull: P-44 and P-46. */
export const pages: Topic = (scenario) => {
  scenario('answers at most limit changes, 500 unless said, and lowers more to 500 [P-40] [P-44]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await writeMany(phone, 600, 'row');
    for (const [limit, expected] of [
      [1, 1],
      [499, 499],
      [500, 500],
      [501, 500],
      [1_000_000, 500],
      [undefined, 500],
      [null, 500],
    ]) {
      const page = (await laptop.pull({ limit: limit ?? undefined })).ok();
      expect(page.changes).toHaveLength(expected ?? 0);
      expect(page.has_more).toBe(true);
    }
    for (const limit of [0, -1, 1.5, '5']) {
      (await laptop.call('pull', { body: { device_id: laptop.id, limit } })).refusal('invalid_request');
    }
  });

  scenario('says has_more false exactly when the last change was answered [P-46]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    await phone.write('a', 'b', 'c', 'd');
    for (const limit of [1, 2, 3, 4, 5]) {
      expect(await laptop.pullAll({ limit })).toMatchObject({
        rowIds: ['a', 'b', 'c', 'd'],
        pages: Math.ceil(4 / limit),
      });
    }
  });

  scenario('says has_more false when only own changes remain, and moves past them [P-45] [P-46]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { cursor } = await laptop.pullAll();
    await phone.write('a');
    await laptop.write('own-1', 'own-2');
    const page = (await laptop.pull({ cursor, limit: 1 })).ok();
    expect(page).toMatchObject({ changes: [{ row_id: 'a' }], has_more: false });
    await phone.write('b');
    expect((await laptop.pullAll({ cursor: page.cursor })).rowIds).toEqual(['b']);
  });

  scenario('does not count own changes to limit [P-45]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { cursor } = await laptop.pullAll();
    await phone.write('a');
    await laptop.write('own-1', 'own-2', 'own-3');
    await phone.write('b', 'c');
    const page = (await laptop.pull({ cursor, limit: 2 })).ok();
    expect(page).toMatchObject({ changes: [{ row_id: 'a' }, { row_id: 'b' }], has_more: true });
  });

  scenario('ends a page before its data would pass 8 MiB [P-44]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const big = (n: number, data: string) => change(`row-${n}`, { data });
    (await phone.push(Array.from({ length: 8 }, (_, n) => big(n, 'x'.repeat(MiB))))).ok();
    (await phone.push([big(8, ''), big(9, 'x')])).ok();
    const page = (await laptop.pull()).ok();
    expect(page.changes).toHaveLength(9);
    expect(page.has_more).toBe(true);
    const rest = (await laptop.pull({ cursor: page.cursor })).ok();
    expect(rest).toMatchObject({ changes: [{ row_id: 'row-9' }], has_more: false });
  });

  scenario('counts the bytes of UTF-8 to a page [P-3] [P-44]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const data = '😀'.repeat(MiB / 4);
    (await phone.push(Array.from({ length: 9 }, (_, n) => change(`row-${n}`, { data })))).ok();
    expect((await laptop.pull()).ok().changes).toHaveLength(8);
  });

  scenario('advances its cursor over 10,000 own changes a request, also on an empty page [P-44] [P-45]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { cursor } = await laptop.pullAll();
    await writeMany(laptop, 12_000, 'own');
    await phone.write('foreign');
    const empty = (await laptop.pull({ cursor })).ok();
    if (empty.changes.length === 0) expect(empty.has_more).toBe(true);
    expect(empty.cursor).not.toBe(cursor);
    expect(await laptop.pullAll({ cursor })).toMatchObject({ rowIds: ['foreign'] });
    expect((await laptop.pullAll({ cursor })).pages).toBeLessThanOrEqual(3);
  });

  scenario('brings one foreign row behind 100,000 own ones in at most 12 requests [P-44]', async (f) => {
    const laptop = await f.device();
    const phone = await f.device(laptop, 'Phone');
    const { cursor } = await laptop.pullAll();
    await writeMany(laptop, 100_000, 'own');
    await phone.write('foreign');
    const { rowIds, pages: requests } = await laptop.pullAll({ cursor });
    expect(rowIds).toEqual(['foreign']);
    expect(requests).toBeLessThanOrEqual(12);
  });
};
