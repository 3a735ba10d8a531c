import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleProgram } from './bundle-program.js';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Serving {
  readonly url: string;
  readonly port: number;
  /** What it has written so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  signal(name: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  readonly finished: Promise<Finished>;
}

/** The real program in processes of its own, and folders for it. Everything is ended and removed by `close`. */
export const openProgram = async () => {
  const bundle = await bundleProgram();
  const folders: string[] = [];
  const living = new Set<() => void>();

  const start = (args: readonly string[], environment: Record<string, string>) => {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [bundle.path, ...args], { env: { PATH, HOME, ...environment } });
    const kill = () => child.kill('SIGKILL');
    living.add(kill);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const finished = new Promise<Finished>((resolve) => {
      child.once('close', (code) => {
        living.delete(kill);
        resolve({ code, stdout, stderr });
      });
    });
    return { child, finished, output: () => ({ stdout, stderr }) };
  };

  return {
    path: bundle.path,

    makeFolder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'synckeep-'));
      folders.push(folder);
      return join(folder, 'data');
    },

    async run(
      dataDir: string,
      args: readonly string[],
      options: { input?: string; env?: Record<string, string> } = {},
    ) {
      const { child, finished } = start(args, { SYNCKEEP_DATA_DIR: dataDir, ...options.env });
      // A command that refuses early leaves its input unread.
      child.stdin.on('error', () => {});
      child.stdin.end(options.input ?? '');
      return finished;
    },

    /** Runs a command with --json and reads what it printed. */
    async json<T>(dataDir: string, args: readonly string[], input?: string): Promise<T> {
      const { code, stdout, stderr } = await this.run(
        dataDir,
        [...args, '--json'],
        input === undefined ? {} : { input },
      );
      if (code !== 0 || !/^[^\n]+\n$/.test(stdout))
        throw new Error(`synckeep ${args.join(' ')}: ${code} ${stdout}${stderr}`);
      return JSON.parse(stdout);
    },

    async serve(dataDir: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Serving> {
      const { child, finished, output } = start(['serve', ...args], { SYNCKEEP_DATA_DIR: dataDir, PORT: '0', ...env });
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', () => {
          const found = /^listening on (\S+)\n/m.exec(output().stdout)?.[1];
          if (found !== undefined) resolve(found);
        });
        finished.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}: ${stderr}`)));
      });
      return { url, port: Number(new URL(url).port), output, finished, signal: (name) => child.kill(name) };
    },

    close(): void {
      for (const kill of living) kill();
      bundle.remove();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type Program = Awaited<ReturnType<typeof openProgram>>;

export const password = 'correct horse battery staple';

/** An app and a user of it, made through the command line. */
export const makeAccount = async (program: Program, dataDir: string, name: string) => {
  const email = `${name}@example.org`;
  const [app, user] = await Promise.all([
    program.json<{ app_id: string; api_key: string }>(dataDir, ['app', 'create', name]),
    program.json<{ user_id: string }>(dataDir, ['user', 'create', email, '--password-stdin'], `${password}\n`),
  ]);
  return { email, appId: app.app_id, apiKey: app.api_key, userId: user.user_id };
};

export type Account = Awaited<ReturnType<typeof makeAccount>>;
