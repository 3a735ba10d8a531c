#!/usr/bin/env node
import { existsSync } from 'node:fs';

// npm links a workspace's bin only when the file is there at install, which is before anything is built.
const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('synckeep: the program is not built yet. Run "npm run prepare" in the root of the clone.\n');
  process.exitCode = 1;
}
