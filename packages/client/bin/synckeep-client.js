#!/usr/bin/env node
import { existsSync } from 'node:fs';

// npm links a workspace's bin only when the file is there at install, which is before anything is built.
const program = new URL('../dist/command.js', import.meta.url);
if (existsSync(program)) {
  const { main } = await import(program.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(
    'synckeep-client: the program is not built yet. Run "npm run prepare" in the root of the clone.\n',
  );
  process.exitCode = 1;
}
