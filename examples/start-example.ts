import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { bundleProgram } from '../packages/server/test/bundle-program.js';

/** Starts an example as a process of its own, from its sources; resolves when it listens. Ends with the test. */
export const startExample = async (workspace: string, environment: Readonly<Record<string, string>>) => {
  const bundle = await bundleProgram(workspace);
  const child = spawn(process.execPath, [bundle.path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    bundle.remove();
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = /^listening on (\S+)$/m.exec(output)?.[1];
        if (found) resolve(found);
      });
    }
    ended.then((code) => reject(new Error(`The example ended with ${code} instead of listening: ${output}`)));
  });
  return {
    url,
    output: () => output,
    /** @returns the exit code */
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
};
