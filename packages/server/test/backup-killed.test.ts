import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { filesBelow } from './files-below.js';
import { runHere } from './here.js';
import { createInUse, uploadBlob } from './in-use.js';
import { openProgram, type Program } from './program.js';

vi.setConfig({ testTimeout: 90_000 });

let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => program.close());
const { open, close } = createInUse();
afterEach(close);

/** For `node --import`: a program that writes so many files and then never comes to an end by itself. */
const standStillAfter = (files: number): string => {
  const text = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { link } = fs;
    let left = ${files};
    fs.link = (...paths) => (left-- > 0 ? link(...paths) : new Promise(() => setInterval(() => {}, 60_000)));
    syncBuiltinESMExports();`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
};

describe('a backup that is killed', () => {
  it('leaves the place valid, and the next one uses what it copied', async () => {
    const { folder, server, laptop, place } = await open();
    const env = { SYNCKEEP_DATA_DIR: folder };
    const { snapshot } = await runHere<{ snapshot: string }>(env, 'backup', place);
    for (let index = 0; index < 6; index++) await uploadBlob(server, laptop, randomBytes(8 * 1024 * 1024 + index));
    const before = filesBelow(place).length;
    const args = ['--import', standStillAfter(6), program.path, 'backup', place, '--data-dir', folder];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await expect.poll(() => filesBelow(place).length, { interval: 5, timeout: 60_000 }).toBeGreaterThan(before + 4);
    child.kill('SIGKILL');
    await ended;

    expect(await runHere(env, 'backup', 'list', place)).toMatchObject([{ snapshot }]);
    expect(await runHere(env, 'backup', 'verify', place)).toMatchObject({ problems: [] });
    await expect(runHere(env, 'backup', place)).rejects.toThrow(/Another process works in .* within ten minutes/);
    for (const file of filesBelow(place)) if (file.includes(joinPath('lo', 'cks_'))) rmSync(file);
    expect(await runHere(env, 'backup', place)).toMatchObject({ blobs: 8, lost_blobs: 0 });
    expect(await runHere(env, 'backup', 'verify', place)).toMatchObject({ backups: 2, problems: [] });
  });
});
