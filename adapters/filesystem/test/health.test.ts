import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { filesIn, makeTemporaryFolder, openStage } from './stage.js';

describe('health', () => {
  it('makes the folder and leaves no file in it', async () => {
    const stage = await openStage();
    await stage.store.health();
    expect(await filesIn(stage.folder)).toEqual([]);
  });

  it('fails when no folder can be made, and recovers', async () => {
    const blocked = join(await makeTemporaryFolder(), 'blocked');
    await writeFile(blocked, '');
    const stage = await openStage(join(blocked, 'blobs'));
    await expect(stage.store.health()).rejects.toMatchObject({ code: 'ENOTDIR' });
    const { rm } = await import('node:fs/promises');
    await rm(blocked);
    await stage.store.health();
  });

  it('fails when the disk is full, and leaves nothing behind', async () => {
    const stage = await openStage();
    await stage.store.health();
    const handle = await open('/dev/null', 'r');
    await handle.close();
    const spy = vi
      .spyOn(Object.getPrototypeOf(handle), 'sync')
      .mockRejectedValue(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    onTestFinished(() => spy.mockRestore());
    await expect(stage.store.health()).rejects.toThrow('full');
    expect(await filesIn(stage.folder)).toEqual([]);
  });
});
