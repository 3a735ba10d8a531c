// What the documents tell a reader to paste: TypeScript blocks compile, the README's walk and the servers of embed.md run.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'tsup';
import { afterAll, describe, expect, it } from 'vitest';
import { type Block, blocks, root, textOf, write } from './document-blocks.js';

const folder = join(root, '.tsbuild/docs');
rmSync(folder, { recursive: true, force: true });
const scratch = mkdtempSync(join(tmpdir(), 'synckeep-docs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A block that imports nothing goes on from the one before it in its document. */
const programs = blocks.filter(({ language, text }) => language === 'ts' && text.includes('import '));

/** The files of one document lie side by side, so that they can import each other. */
const place = (block: Block, index: number): string =>
  write(join(folder, block.document.replace(/[^a-z]+/gi, '-'), block.file ?? `${index}.ts`), block.text);

const listen = async (command: string, args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(line)?.[0];
    if (url) return { url, stop: () => child.kill('SIGTERM') };
  }
  throw new Error(`${command} ${args.join(' ')} ended without listening.`);
};

describe('the documents', () => {
  /** What runs in browsers knows the DOM; elsewhere its streams would be taken for those of Node. */
  const isForBrowsers = ({ text }: Block): boolean => text.includes("'@synckeep/client");

  it.each([
    { where: 'for Node', wanted: (block: Block) => !isForBrowsers(block), lib: [], least: 10 },
    { where: 'for the client', wanted: isForBrowsers, lib: ['DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], least: 4 },
  ])(
    'hold TypeScript that compiles, $where',
    ({ where, wanted, lib, least }) => {
      const files = programs.filter(wanted).map((block, index) => place(block, index));
      expect(files.length).toBeGreaterThan(least);
      const base = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));
      const compilerOptions = { ...base.compilerOptions, composite: false, emitDeclarationOnly: false, noEmit: true };
      compilerOptions.lib = [...compilerOptions.lib, ...lib];
      // A reader declares what a later paragraph uses.
      Object.assign(compilerOptions, { declaration: false, declarationMap: false, noUnusedLocals: false });
      const config = join(folder, `tsconfig-${where.replaceAll(' ', '-')}.json`);
      write(config, JSON.stringify({ compilerOptions, files }));
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
        stdio: 'inherit',
      });
    },
    120_000,
  );

  it('walk through login, device, push and pull with curl, as the README prints it', async () => {
    const walk = blocks.find(({ document, text }) => document === 'README.md' && text.includes('API_KEY='));
    const bin = join(root, 'packages/server/bin/synckeep.js');
    const environment = { SYNCKEEP_DATA_DIR: join(scratch, 'data'), PORT: '0', LOG_LEVEL: 'warn' };
    const server = await listen(process.execPath, [bin, 'serve'], environment);
    try {
      const script = walk?.text.replace('http://127.0.0.1:8787', server.url) ?? '';
      expect(script).toContain(server.url);
      const output = execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ...environment },
      });
      const [, pushed, pulled] = output.trim().split('\n');
      expect(JSON.parse(pushed ?? '')).toMatchObject({ accepted: 1, replayed: false });
      expect(JSON.parse(pulled ?? '')).toMatchObject({ changes: [{ row_id: 'task-001' }], has_more: false });
    } finally {
      server.stop();
    }
  }, 120_000);

  it('walk through the admin API with curl, as docs/admin-api.md prints it', async () => {
    const walk = blocks.find(({ document, text }) => document === 'docs/admin-api.md' && text.includes('TOKEN='));
    const bin = join(root, 'packages/server/bin/synckeep.js');
    const environment = { SYNCKEEP_DATA_DIR: join(scratch, 'administered'), PORT: '0', LOG_LEVEL: 'warn' };
    const server = await listen(process.execPath, [bin, 'serve'], environment);
    try {
      const script = walk?.text
        .replace('http://127.0.0.1:8787', server.url)
        .replace('alice.ndjson', join(scratch, 'alice.ndjson'));
      expect(script).toContain(server.url);
      const output = execFileSync('bash', ['-euo', 'pipefail', '-c', script ?? ''], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ...environment },
      });
      for (const part of ['"registration":"invite"', '/account/register?token=', '/account/reset?token=']) {
        expect(output).toContain(part);
      }
      expect(output.match(/"email":"alice@example.com"/g)).toHaveLength(1);
      expect(readFileSync(join(scratch, 'alice.ndjson'), 'utf8')).toContain('"type":"end"');
      for (const action of ['app.create', 'app.rotate_key', 'user.invite', 'user.export', 'user.erase', 'app.delete']) {
        expect(output).toContain(`"action":"${action}"`);
      }
    } finally {
      server.stop();
    }
  }, 120_000);

  it.each([['fastify.ts'], ['express.ts'], ['hono.ts'], ['sqlite-server.ts']])(
    'embed a server that answers: %s',
    async (file) => {
      const entry = ['sync.ts', file].map((name) => write(join(folder, 'embed', name), textOf('docs/embed.md', name)));
      await build({
        entry,
        outDir: join(folder, 'embed'),
        format: ['esm'],
        target: 'node20',
        bundle: false,
        silent: true,
        config: false,
      });
      const environment = { PORT: '0', DATA_DIR: scratch, ALICE_TOKEN: 'a token of alice' };
      const program = join(folder, 'embed', file.replace(/ts$/, 'js'));
      const server = await listen(process.execPath, [program], environment);
      try {
        // Each prints where it mounted the operations.
        const answer = await fetch(`${server.url}/limits`);
        expect(await answer.json()).toMatchObject({ protocol: 1 });
      } finally {
        server.stop();
      }
    },
    120_000,
  );

  it.each([['oauth-fastify.ts'], ['oauth-hono.ts'], ['oauth-node.ts']])(
    'embed a server with sign-in pages that answer: %s',
    async (file) => {
      const entry = ['accounts.ts', file].map((name) =>
        write(join(folder, 'oauth', name), textOf('docs/oauth.md', name)),
      );
      await build({
        entry,
        outDir: join(folder, 'oauth'),
        format: ['esm'],
        target: 'node20',
        bundle: false,
        silent: true,
        config: false,
      });
      const environment = { PORT: '0', PUBLIC_URL: 'https://sync.example.org' };
      const server = await listen(process.execPath, [join(folder, 'oauth', file.replace(/ts$/, 'js'))], environment);
      try {
        const read = async (path: string, init?: RequestInit) => (await fetch(server.url + path, init)).json();
        expect(await read('/api/sync/limits')).toMatchObject({ protocol: 1 });
        const metadata = await read('/.well-known/openid-configuration');
        expect(metadata).toMatchObject({ issuer: 'https://sync.example.org' });
        const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'sk_', refresh_token: 'x' });
        expect(await read('/oauth/token', { method: 'POST', body: form })).toMatchObject({ error: 'invalid_client' });
        const page = await (await fetch(`${server.url}/oauth/authorize?client_id=sk_`)).text();
        expect(page).toContain('This app is not known here');
        expect((await fetch(server.url)).status).toBe(file === 'oauth-node.ts' ? 404 : 200);
      } finally {
        server.stop();
      }
    },
    120_000,
  );
});
