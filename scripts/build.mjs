// Builds every workspace that has a tsup.config.ts, and runs its build.mjs where it has one, in the order of package.json.
// `--types` adds the .d.ts files.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
const env = { ...process.env, BUILD_TYPES: process.argv.includes('--types') ? '1' : '' };

for (const workspace of workspaces) {
  const cwd = join(root, workspace);
  if (!existsSync(join(cwd, 'tsup.config.ts'))) continue;
  execFileSync(process.execPath, [tsup], { cwd, env, stdio: 'inherit' });
  const more = join(cwd, 'build.mjs');
  if (existsSync(more)) execFileSync(process.execPath, [more], { cwd, env, stdio: 'inherit' });
}
