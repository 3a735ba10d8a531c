import { spawn } from 'node:child_process';
import { z } from 'zod';
import { type Flags, settings } from '../configuration.js';
import type { Environment } from '../setting.js';
import type { ScheduledBackup } from './schedule.js';

const reportSchema = z.object({ snapshot: z.string(), taken_at: z.iso.datetime() });

/** What this process was told with flags, as variables for another one. */
const toVariables = (flags: Flags): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, { variable }]) => {
      const value = Object.entries(flags).find(([flag]) => flag === name)?.[1];
      return value === undefined ? [] : [[variable, value]];
    }),
  );

/**
 * `synckeep backup` in a process of its own, so that hashing and encrypting hold no request up, and what it needs of memory is given back.
 * @param program the file that Node runs
 */
export const createRunBackup =
  (program: string, environment: Environment, flags: Flags) =>
  (signal: AbortSignal): Promise<ScheduledBackup> =>
    new Promise((resolve, reject) => {
      const env = { ...environment, ...toVariables(flags), LOG_LEVEL: 'warn' };
      const child = spawn(process.execPath, [program, 'backup', '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const stop = (): void => {
        child.kill('SIGTERM');
      };
      signal.addEventListener('abort', stop, { once: true });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr = (stderr + text).slice(-4_000);
      });
      child.once('error', reject);
      child.once('close', (code) => {
        signal.removeEventListener('abort', stop);
        const lines = stderr.trim().split('\n');
        const said = lines.findLast((line) => line.startsWith('synckeep: '))?.slice('synckeep: '.length);
        if (code !== 0) return reject(new Error(said ?? lines.at(-1) ?? `synckeep backup ended with ${code}.`));
        try {
          const { snapshot, taken_at: takenAt } = reportSchema.parse(JSON.parse(stdout));
          resolve({ snapshot, takenAt: Date.parse(takenAt) });
        } catch (error) {
          reject(error);
        }
      });
    });
