import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Note, openDevice, settled, type TestDevice, until } from '../world/device.js';
import { openWorld, type World } from '../world/server.js';

let world: World;
const devices: TestDevice[] = [];

const device = async (...options: Parameters<typeof openDevice> extends [World, ...infer R] ? R : never) => {
  const opened = await openDevice(world, ...options);
  devices.push(opened);
  return opened;
};

beforeEach(async () => {
  world = await openWorld();
});

afterEach(async () => {
  for (const each of devices.splice(0)) await each.close();
  await world.close();
});

test('brings a row to another device, live', async () => {
  const [a, b] = [await device(), await device()];
  await Promise.all([a.sync.start(), b.sync.start()]);
  await until(() => b.sync.status.live);
  await a.table<Note>('notes').put({ id: 'one', text: 'first' });
  await until(async () => (await b.table<Note>('notes').get('one'))?.text === 'first');
  await a.table<Note>('notes').delete('one');
  await until(async () => (await b.table<Note>('notes').get('one')) === null);
});

test('two devices that edit one row side by side show the later edit on both', async () => {
  const [a, b] = [await device(), await device()];
  await a.table<Note>('notes').put({ id: 'one', text: 'from a' });
  const moment = Date.now();
  await until(() => Date.now() > moment);
  await b.table<Note>('notes').put({ id: 'one', text: 'from b' });
  await a.sync.start();
  await settled(a);
  await b.sync.start();
  await settled(b);
  await until(async () => (await a.table<Note>('notes').get('one'))?.text === 'from b');
  expect(await b.table<Note>('notes').get('one')).toEqual({ id: 'one', text: 'from b' });
});
