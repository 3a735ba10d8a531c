// npm run test:login-timing: a login takes the same time with a wrong password, an unknown e-mail and a wrong API key.
// 200 of each, in turn, on a real server; fails when the medians lie more than 10 % apart (three tries, for a busy machine).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median, runCommand, startServer } from '../bench/processes.mjs';

const logins = 200;
const folder = mkdtempSync(join(tmpdir(), 'synckeep-login-'));
const env = { SYNCKEEP_DATA_DIR: folder };
const server = await startServer(env);

const measure = async (apiKey) => {
  const known = 'alice@example.com';
  const kinds = {
    'wrong password': { email: known, password: 'not the password', api_key: apiKey },
    'unknown e-mail': { email: 'nobody@example.com', password: 'not the password', api_key: apiKey },
    'wrong API key': { email: known, password: 'a long password', api_key: `${apiKey}x` },
  };
  const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  for (let i = 0; i < logins; i++) {
    for (const [kind, body] of Object.entries(kinds)) {
      const began = performance.now();
      const answer = await fetch(`http://127.0.0.1:${server.port}/api/sync/auth`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { code } = await answer.json();
      times[kind].push(performance.now() - began);
      if (answer.status !== 401 || code !== 'invalid_credentials') throw new Error(`${kind}: ${answer.status} ${code}`);
    }
  }
  return Object.entries(times).map(([kind, all]) => ({ kind, milliseconds: median(all) }));
};

try {
  const { api_key } = await runCommand(env, ['app', 'create', 'timing']);
  await runCommand(env, ['user', 'create', 'alice@example.com', '--password-stdin'], 'a long password\n');
  for (let attempt = 1; ; attempt++) {
    const medians = await measure(api_key);
    const all = medians.map(({ milliseconds }) => milliseconds);
    const spread = Math.max(...all) / Math.min(...all) - 1;
    const text = medians.map(({ kind, milliseconds }) => `${kind} ${milliseconds.toFixed(2)} ms`).join(', ');
    console.log(`medians of ${logins} logins: ${text}; ${(spread * 100).toFixed(1)} % apart`);
    if (spread <= 0.1) break;
    if (attempt === 3) throw new Error('The medians lie more than 10 % apart.');
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
