import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('says in one sentence that it is not built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-bin-'));
  cpSync(fileURLToPath(new URL('../bin', import.meta.url)), join(folder, 'bin'), { recursive: true });
  cpSync(fileURLToPath(new URL('../package.json', import.meta.url)), join(folder, 'package.json'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'bin/synckeep.js'), 'serve'], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toBe('synckeep: the program is not built yet. Run "npm run prepare" in the root of the clone.\n');
});
