// `npm start` in this clone, as the README says it, on an empty data folder and a free port; ends it when it listens.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'synckeep-start-'));
const server = spawn('npm', ['start', '--silent'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, SYNCKEEP_DATA_DIR: join(folder, 'data'), PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
const giveUp = setTimeout(() => server.kill('SIGKILL'), 60_000);
try {
  let url;
  for await (const line of createInterface(server.stdout)) {
    url = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    if (url) break;
  }
  if (!url) throw new Error('`npm start` ended without the listening line.');
  const answer = await fetch(`${url}/api/sync/limits`);
  if (answer.status !== 200) throw new Error(`GET limits answered ${answer.status}.`);
  const exited = once(server, 'exit');
  process.kill(-server.pid, 'SIGTERM');
  await exited;
  console.log('npm start: listening, answering, stopped');
} finally {
  clearTimeout(giveUp);
  rmSync(folder, { recursive: true, force: true });
}
