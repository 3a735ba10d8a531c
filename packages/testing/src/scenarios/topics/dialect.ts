import { expect } from 'vitest';
import type { Device } from '../caller.js';
import { change } from '../changes.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';

const open = async (f: Fixture): Promise<{ laptop: Device; phone: Device }> => {
  const caller = await f.caller(await f.app({ dialect: 'rust-client' }));
  return { laptop: await f.device(caller), phone: await f.device(caller, 'Phone') };
};

/** The dialect `rust-client`: P-42. */
export const dialect: Topic = (scenario) => {
  scenario('answers integer cursors and ops in upper case [P-42]', async (f) => {
    const { laptop, phone } = await open(f);
    const pushed = (await phone.push([change('a', { op: 'insert' }), change('b', { op: 'Delete' })])).ok();
    expect(pushed.cursor).toBe(2 * 2 + 1);
    const page = (await laptop.pull()).ok();
    expect(page.cursor).toBe(2 * 2);
    expect(page.changes.map(({ op }) => op)).toEqual(['INSERT', 'DELETE']);
    expect((await laptop.call('status')).ok().latest_cursor).toBe(2 * 2 + 1);
  });

  scenario(
    'reads on from an integer cursor, also as digits, and skips nothing from a push cursor [P-42] [P-48]',
    async (f) => {
      const { laptop, phone } = await open(f);
      await phone.write('a', 'b');
      const { cursor } = await laptop.pullAll();
      await phone.write('c');
      for (const form of [cursor, String(cursor)]) {
        f.clock.advance(2000);
        expect((await laptop.pullAll({ cursor: form })).rowIds).toEqual(['c']);
      }
      const { cursor: pushCursor } = await laptop.write('own');
      expect((await laptop.pullAll({ cursor: pushCursor })).rowIds).toEqual(['c']);
    },
  );

  scenario('pages from the start with own changes over integer cursors [P-42] [P-45]', async (f) => {
    const { laptop, phone } = await open(f);
    await laptop.write('a');
    await phone.write('b');
    await laptop.write('c', 'd');
    expect((await laptop.pullAll({ limit: 1 })).rowIds).toEqual(['a', 'b', 'c', 'd']);
    const { cursor } = await laptop.pullAll();
    await laptop.write('e');
    expect((await laptop.pullAll({ cursor })).rowIds).toEqual([]);
  });

  scenario('expires an integer cursor of another epoch and one ahead of the log [P-42] [P-47]', async (f) => {
    const { laptop, phone } = await open(f);
    await phone.write('a');
    const { cursor } = await laptop.pullAll();
    (await laptop.pull({ cursor })).ok();
    expect((await laptop.pull({ cursor: 2000 })).refusal('cursor_expired')).toEqual({ reason: 'restored' });
    await f.server.renewEpochs({ appId: null, userId: null });
    expect((await laptop.pull({ cursor })).refusal('cursor_expired')).toEqual({ reason: 'restored' });
    expect((await laptop.pullAll()).rowIds).toEqual(['a']);
  });

  scenario(
    'takes text cursors in this dialect and integers in the other, after a change of dialect [P-42]',
    async (f) => {
      const { laptop, phone } = await open(f);
      await phone.write('a');
      const { cursor: integer } = await laptop.pullAll();
      (await laptop.pull({ cursor: integer })).ok();
      await f.server.apps.update(laptop.app.id, { dialect: 'standard' });
      f.clock.advance(2000);
      await phone.write('b');
      const { rowIds, cursor: text } = await laptop.pullAll({ cursor: integer });
      expect(rowIds).toEqual(['b']);
      expect(text).toEqual(expect.any(String));
      await f.server.apps.update(laptop.app.id, { dialect: 'rust-client' });
      f.clock.advance(2000);
      await phone.write('c');
      expect((await laptop.pullAll({ cursor: text })).rowIds).toEqual(['c']);
    },
  );

  scenario('announces integer ids on streams [P-42] [P-70]', async (f) => {
    const { laptop, phone } = await open(f);
    const stream = await laptop.subscribe({ query: { device_id: laptop.id } });
    await phone.write('a');
    expect(await stream.nextEvent()).toMatchObject({ event: 'changed', id: '3' });
  });
};
