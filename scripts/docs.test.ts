// What the documents tell a reader to paste: TypeScript blocks compile, the README's walk and the servers of embed.md run.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.tsbuild/docs');
const scratch = mkdtempSync(join(tmpdir(), 'synckeep-docs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Block {
  readonly document: string;
  readonly language: string;
  readonly text: string;
}

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');

const blocksOf = (document: string): Block[] =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', text = '']) => ({ document, language, text }),
  );

const blocks = documents.flatMap(blocksOf);
/** A block that imports nothing goes on from the one before it in its document. */
const programs = blocks.filter(({ language, text }) => language === 'ts' && text.includes('import '));

const place = (block: Block, index: number): string => {
  const path = join(folder, `${index}-${block.document.replace(/[^a-z]+/gi, '-')}.ts`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, block.text);
  return path;
};

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
  it('hold TypeScript that compiles', () => {
    rmSync(folder, { recursive: true, force: true });
    expect(programs.length).toBeGreaterThan(10);
    const files = programs.map(place);
    const base = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8'));
    const compilerOptions = { ...base.compilerOptions, composite: false, emitDeclarationOnly: false, noEmit: true };
    // A reader declares what a later paragraph uses.
    Object.assign(compilerOptions, { declaration: false, declarationMap: false, noUnusedLocals: false });
    const config = join(folder, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'inherit' });
  }, 120_000);

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

  it.each(['memory-server', 'sqlite-server'])(
    'embed a server that answers: %s.ts',
    async (name) => {
      const block = programs.find(({ text }) => text.startsWith(`// ${name}.ts`));
      const source = join(folder, `${name}.ts`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(source, block?.text ?? '');
      await build({
        entry: [source],
        outDir: folder,
        format: ['esm'],
        target: 'node20',
        bundle: false,
        silent: true,
        config: false,
      });
      const environment = { PORT: '0', DATA_DIR: scratch, ALICE_TOKEN: 'a token of alice' };
      const server = await listen(process.execPath, [join(folder, `${name}.js`)], environment);
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
});
