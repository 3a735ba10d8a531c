import { randomUUID } from 'node:crypto';
import { silentLog } from '@synckeep/core';
import { vi } from 'vitest';
import { type Composition, compose } from '../src/compose.js';
import type { Parts } from '../src/open-parts.js';
import { createProgram } from '../src/program.js';
import { type RunningServer, type StartOptions, startServer } from '../src/start-server.js';
import { type Account, password } from './program.js';

/** The program in this process: quicker than processes of its own, where those prove nothing more. */
export const serveHere = (parts: Parts, options: Partial<StartOptions> = {}): Promise<RunningServer> =>
  startServer({ host: '127.0.0.1', port: 0, rateLimit: 'off', log: silentLog, ...parts, ...options });

/** What an administrative command does, without its command line. */
export const administerHere = async <T>(parts: Parts, work: (composition: Composition) => Promise<T>): Promise<T> => {
  const composition = await compose({
    ...parts,
    log: silentLog,
    baseUrl: () => '',
    pageUrl: () => '',
    rateLimit: 'off',
  });
  try {
    return await work(composition);
  } finally {
    await composition.close();
  }
};

/** Runs a command with --json and reads what it printed. */
export const runHere = async <T>(environment: Readonly<Record<string, string>>, ...args: string[]): Promise<T> => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await createProgram().parseAsync([...args, '--json'], { from: 'user' });
    return JSON.parse(stdout.mock.calls.map(([text]) => String(text)).join(''));
  } finally {
    stdout.mockRestore();
    vi.unstubAllEnvs();
  }
};

export const makeAccountHere = (parts: Parts): Promise<Account> =>
  administerHere(parts, async ({ server, users }) => {
    const email = `${randomUUID()}@example.org`;
    const { app, apiKey } = await server.apps.create({ name: 'here' });
    const user = await users.create(email, password);
    return { email, appId: app.id, apiKey, userId: user.id };
  });
