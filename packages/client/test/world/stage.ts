import { afterEach, beforeEach } from 'vitest';
import { type DeviceOptions, type Note, openDevice, settled, type TestDevice } from './device.js';
import { openWorld, type World } from './server.js';

/** A world for each test of a file, with devices that are closed when the test is over. */
export const createStage = () => {
  let world: World | undefined;
  const devices: TestDevice[] = [];
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(async () => {
    for (const each of devices.splice(0)) await each.close();
    await world?.close();
  });

  const stage = {
    get world(): World {
      if (world === undefined) throw new Error('There is a world inside of a test only.');
      return world;
    },
    async device(options: DeviceOptions = {}): Promise<TestDevice> {
      const opened = await openDevice(stage.world, options);
      devices.push(opened);
      return opened;
    },
    async started(options: DeviceOptions = {}): Promise<TestDevice> {
      const opened = await stage.device(options);
      await opened.sync.start();
      await settled(opened);
      return opened;
    },
  };
  return stage;
};

export const put = (on: TestDevice, id: string, text: string) => on.table<Note>('notes').put({ id, text });
export const textOf = async (on: TestDevice, id: string) => (await on.table<Note>('notes').get(id))?.text;
