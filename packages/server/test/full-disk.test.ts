import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { join } from './api.js';
import { makeAccountHere, runHere } from './here.js';
import { createInUse, pullAll, uploadBlob } from './in-use.js';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(joinPath(tmpdir(), 'synckeep-disk-'));
const disk = joinPath(root, 'disk');
let whyNot = '';
try {
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'pipe' });
} catch (error) {
  whyNot = `no small disk can be mounted here (${error instanceof Error ? error.message.split('\n')[0] : error})`;
  console.warn(`a full disk: skipped, because ${whyNot}.`);
}
const remount = (options: string): void => {
  execFileSync('mount', ['-o', `remount,${options}`, disk], { stdio: 'pipe' });
};
afterAll(() => {
  if (whyNot === '') execFileSync('umount', [disk]);
  rmSync(root, { recursive: true, force: true });
});

const { open, serve, close } = createInUse();
afterEach(close);
const filler = joinPath(disk, 'filler');
const fill = (): void => {
  for (let bytes = 16 * 1024 * 1024; bytes >= 4_096; bytes /= 2) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // Full for this size.
    }
  }
};

describe.skipIf(whyNot !== '')('a full disk under the server', () => {
  it('refuses pushes and loses nothing, and goes on by itself', async () => {
    const dataDir = joinPath(disk, randomUUID());
    const account = await makeAccountHere({ dataDir });
    const server = await serve(dataDir);
    const laptop = await join(server, account, 'laptop');
    const acknowledged: string[] = [];
    const push = async (): Promise<number> => {
      const data = randomBytes(30_000).toString('base64');
      const { status } = await laptop.push(data);
      if (status === 200) acknowledged.push(data);
      return status;
    };
    expect(await push()).toBe(200);
    try {
      fill();
      let status = 200;
      for (let tries = 0; status === 200 && tries < 400; tries++) status = await push();
      expect(status).toBe(503);
    } finally {
      rmSync(filler);
    }
    expect(await push()).toBe(200);
    const found = new Set(await pullAll(server, laptop));
    for (const data of acknowledged) expect(found.has(data)).toBe(true);
    expect(await runHere({ SYNCKEEP_DATA_DIR: dataDir }, 'verify')).toMatchObject({ problems: 0 });

    // Where nothing can be written any more, the server says so at its start, and is as it was when it can be.
    await server.stop(0);
    remount('ro');
    try {
      await expect(serve(dataDir)).rejects.toThrow(/read-only|cannot be (opened|written)/);
    } finally {
      remount('rw');
    }
    expect(new Set(await pullAll(await serve(dataDir), laptop))).toEqual(found);
  });
});

describe.skipIf(whyNot !== '')('a full disk under the backups', () => {
  it('ends the backup with an error, leaves the earlier one whole, and the next one is taken', async () => {
    const { folder, server, laptop } = await open();
    const env = { SYNCKEEP_DATA_DIR: folder };
    const place = joinPath(disk, randomUUID());
    const first = await runHere<{ snapshot: string }>(env, 'backup', place);
    await uploadBlob(server, laptop, randomBytes(3 * 1024 * 1024));
    fill();
    await expect(runHere(env, 'backup', place)).rejects.toThrow(/full|ENOSPC|no space/i);
    rmSync(filler);
    expect(await runHere(env, 'backup', 'list', place)).toMatchObject([{ snapshot: first.snapshot }]);
    expect(await runHere(env, 'backup', 'verify', place)).toMatchObject({ problems: [] });
    expect(await runHere(env, 'backup', place)).toMatchObject({ blobs: 3, blobs_new: 1 });
    // From a disk that cannot be written any more it is restored all the same.
    await server.stop(0);
    remount('ro');
    try {
      const target = joinPath(folder, '..', 'restored');
      expect(await runHere({ SYNCKEEP_DATA_DIR: target }, 'restore', place)).toMatchObject({ blobs: 3 });
      await expect(runHere(env, 'backup', place)).rejects.toThrow(/read-only|cannot be written/);
    } finally {
      remount('rw');
    }
  });
});
