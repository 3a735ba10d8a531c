import { firstValueFrom, skip, take, toArray } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type Note, openDevice } from '../world/device.js';
import { openWorld } from '../world/server.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const open = async (...[options]: [Parameters<typeof openDevice>[1]?]) => {
  const world = await openWorld();
  const device = await openDevice(world, options);
  closing.push(world.close, device.close);
  return device;
};

test('a query filters, sorts and limits; a deleted row is in none', async () => {
  const notes = (await open()).table<Note>('notes');
  for (const id of ['c', 'a', 'd', 'b']) await notes.put({ id, text: id.toUpperCase() });
  await notes.delete('a');
  expect((await notes.query()).map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  expect(
    await notes.query({ where: ({ id }) => id > 'b', orderBy: (a, b) => (a.id < b.id ? 1 : -1), limit: 1 }),
  ).toEqual([{ id: 'd', text: 'D' }]);
  expect(await notes.get('a')).toBeNull();
});

test('a query reads every page of a large table', async () => {
  const notes = (await open()).table<Note>('notes');
  for (let n = 0; n < 2100; n += 1) await notes.put({ id: String(n).padStart(5, '0'), text: '' });
  expect(await notes.query()).toHaveLength(2100);
});

test('observe answers now and after each change', async () => {
  const notes = (await open()).table<Note>('notes');
  const answers = firstValueFrom(notes.observe().pipe(take(2), toArray()));
  await notes.put({ id: 'one', text: 'text' });
  expect((await answers).at(-1)).toEqual([{ id: 'one', text: 'text' }]);
  const next = firstValueFrom(notes.observe().pipe(skip(1)));
  await notes.delete('one');
  expect(await next).toEqual([]);
});

test('a row is checked by the schema of its table, and stored as that gives it back', async () => {
  const schema = z.object({ id: z.string(), text: z.string(), title: z.string().default('untitled') });
  const notes = (await open({ tables: { notes: { schema } } })).table<Note>('notes');
  await notes.put({ id: 'one', text: 'text' });
  expect(await notes.get('one')).toEqual({ id: 'one', text: 'text', title: 'untitled' });
  const wrong: unknown = { id: 'two', text: 7 };
  await expect(notes.put(wrong as Note)).rejects.toMatchObject({ code: 'invalid_row', issues: [{ path: ['text'] }] });
  expect(await notes.get('two')).toBeNull();
});

test.each([[''], ['x'.repeat(256)], [`a${String.fromCharCode(0)}`], ['\ud800']])('refuses the id %j', async (id) => {
  const notes = (await open()).table<Note>('notes');
  await expect(notes.put({ id, text: '' })).rejects.toMatchObject({ code: 'invalid_row' });
});

test('says which table and which option is wrong', async () => {
  const device = await open();
  expect(() => device.table('other')).toThrow('There is no table "other". Name it in tables.');
  await expect(open({ tables: { 'no-dash': {} } })).rejects.toMatchObject({ code: 'invalid_option' });
});
