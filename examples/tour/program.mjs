// The program `synckeep` as a newcomer types it: a server in a process of its own, and commands beside it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin =
  process.env.SYNCKEEP_PROGRAM ?? fileURLToPath(new URL('../../packages/server/bin/synckeep.js', import.meta.url));

const start = (dataDir, args) =>
  spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, SYNCKEEP_DATA_DIR: dataDir },
    stdio: ['pipe', 'pipe', 'inherit'],
  });

const ended = (child) => new Promise((resolve) => child.once('close', resolve));

/** Starts `synckeep serve` on a free port. Resolves when it listens. */
export const serve = async (dataDir, flags = []) => {
  const child = start(dataDir, ['serve', '--port', '0', '--log-level', 'warn', ...flags]);
  const end = ended(child);
  let output = '';
  const url = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      const found = /^listening on (\S+)\n/m.exec(output)?.[1];
      if (found) resolve(found);
    });
    end.then((code) => reject(new Error(`synckeep serve ended with ${code} instead of listening.`)));
  });
  return {
    url,
    /** @returns the exit code; null when a signal ended it. */
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return end;
    },
  };
};

/** Runs a command with --json and reads its answer. */
export const command = async (dataDir, args, input = '') => {
  const child = start(dataDir, [...args, '--json']);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stdin.end(input);
  const code = await ended(child);
  if (code !== 0) throw new Error(`synckeep ${args.join(' ')} ended with ${code}.`);
  return JSON.parse(output);
};
