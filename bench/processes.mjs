// Starting and ending the processes that a benchmark measures.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const bin = `${root}packages/server/bin/synckeep.js`;

/** Starts a program that prints `listening on URL`. */
export const startListening = async (file, args = [], env = {}) => {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (!port) continue;
    child.stdout.resume();
    const stop = async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    };
    return { port: Number(port), pid: child.pid, stop };
  }
  throw new Error(`${file} ended without listening.`);
};

/** `env` says what the server works on: a data folder or a database. */
export const startServer = (env) =>
  startListening(bin, ['serve', '--rate-limit', 'off'], { ...env, PORT: '0', LOG_LEVEL: 'error' });

/** Runs a program to its end; `input` goes to its standard input, its output is parsed as JSON. */
export const runJson = async (file, args, input, env = {}) => {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(input);
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}.`);
  return JSON.parse(text);
};

export const runCommand = (env, args, input = '') => runJson(bin, [...args, '--json'], input, env);

export const runLoad = (job) => runJson(`${root}bench/load.mjs`, [], JSON.stringify(job));

/** Resident memory of a process in MiB. */
export const residentMiB = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Milliseconds of processor time that a process has taken. Linux counts them by ten. */
export const processorTime = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
