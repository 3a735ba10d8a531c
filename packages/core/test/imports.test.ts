import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Who may import whom, as docs/architecture.md says it; `node:` stands for every module of Node. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': ['zod'],
  'packages/core': ['@synckeep/protocol', 'zod', 'ajv', 'rxjs', 'semver', '@noble/hashes', '@noble/curves'],
  'packages/client': [
    '@synckeep/protocol',
    '@noble/ciphers',
    '@noble/hashes',
    '@standard-schema/spec',
    'better-sqlite3',
    'hash-wasm',
    'rxjs',
    'node:',
  ],
  'packages/testing': ['@synckeep/core', '@synckeep/protocol', 'ajv', 'fast-check', 'vitest', 'node:'],
  'packages/accounts': [
    '@synckeep/core',
    '@synckeep/protocol',
    'zod',
    'jose',
    '@node-rs/argon2',
    'light-my-request',
    'oidc-provider',
    'otpauth',
    'qr',
    'nodemailer',
    '@zxcvbn-ts/core',
    '@zxcvbn-ts/language-common',
    'node:',
  ],
  'packages/server': [
    '@synckeep/protocol',
    '@synckeep/core',
    '@synckeep/accounts',
    '@synckeep/sqlite',
    '@synckeep/postgres',
    '@synckeep/filesystem',
    '@synckeep/s3',
    '@synckeep/redis',
    '@synckeep/metrics',
    '@synckeep/node-http',
    '@synckeep/rate-limiter',
    '@synckeep/dashboard',
    'age-encryption',
    'better-sqlite3',
    'pg',
    'commander',
    'pino',
    'pino-pretty',
    'zod',
    'node:',
  ],
  'packages/dashboard': ['@synckeep/core', 'node:'],
  'adapters/sqlite': ['@synckeep/core', '@synckeep/protocol', 'better-sqlite3', 'node:'],
  'adapters/filesystem': ['@synckeep/core', '@synckeep/protocol', 'node:'],
  'adapters/node-http': ['@synckeep/core', '@synckeep/protocol', 'node:'],
  'adapters/postgres': ['@synckeep/core', '@synckeep/protocol', 'pg', 'node:'],
  'adapters/s3': [
    '@synckeep/core',
    '@synckeep/protocol',
    '@aws-sdk/client-s3',
    '@aws-sdk/s3-request-presigner',
    'node:',
  ],
  'adapters/redis': ['@synckeep/core', '@synckeep/protocol', 'ioredis', 'node:'],
  'adapters/fastify': ['@synckeep/core', '@synckeep/protocol', '@synckeep/node-http', 'fastify', 'node:'],
  'adapters/jwt': ['@synckeep/core', '@synckeep/protocol', 'jose', 'zod'],
  'adapters/metrics': ['@synckeep/core', '@synckeep/protocol', 'prom-client'],
  'adapters/opentelemetry': ['@synckeep/core', '@opentelemetry/api'],
  'adapters/rate-limiter': ['@synckeep/core', '@synckeep/protocol', 'rate-limiter-flexible'],
  'examples/fastify-postgres-s3': [
    '@synckeep/core',
    '@synckeep/fastify',
    '@synckeep/filesystem',
    '@synckeep/postgres',
    '@synckeep/rate-limiter',
    '@synckeep/s3',
    'fastify',
    'pg',
    'node:',
  ],
  'examples/node-sqlite-disk': [
    '@synckeep/core',
    '@synckeep/filesystem',
    '@synckeep/node-http',
    '@synckeep/rate-limiter',
    '@synckeep/sqlite',
    'better-sqlite3',
    'node:',
  ],
  'examples/notes-web': ['@synckeep/accounts', '@synckeep/core', '@synckeep/node-http', 'synckeep', 'node:'],
};

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
}

const manifestOf = (workspace: string): Manifest =>
  JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const importsOf = (workspace: string): readonly Import[] => {
  const source = join(root, workspace, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const path = join(source, file);
    const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true);
    return importedFiles.map(({ fileName }) => ({ file: path, specifier: fileName }));
  });
};

const packageOf = (specifier: string): string => {
  if (specifier.startsWith('node:')) return 'node:';
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
};

/** The workspace that a package of ours is made from. */
const homeOf = (name: string): string | undefined =>
  Object.keys(allowed).find((each) => `@synckeep/${each.split('/')[1]}` === name);

const isRelative = ({ specifier }: Import): boolean => specifier.startsWith('.');
const show = ({ file, specifier }: Import): string => `${relative(root, file)} imports ${specifier}`;

test('every workspace has its rule', () => {
  expect(Object.keys(allowed).sort()).toEqual([...(manifestOf('.').workspaces ?? [])].sort());
});

describe.each(Object.entries(allowed))('%s', (workspace, names) => {
  const imports = importsOf(workspace);
  const foreign = imports.filter((each) => !isRelative(each));

  test('imports only what the architecture allows', () => {
    expect(imports.length).toBeGreaterThan(0);
    expect(foreign.filter(({ specifier }) => !names.includes(packageOf(specifier))).map(show)).toEqual([]);
  });

  test('declares what it imports, and imports what it declares or declares it for a workspace that does', () => {
    const { dependencies = {}, peerDependencies = {} } = manifestOf(workspace);
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = new Set(foreign.map(({ specifier }) => packageOf(specifier)).filter((name) => name !== 'node:'));
    expect([...imported].filter((name) => !declared.includes(name))).toEqual([]);
    const homes = Object.keys(dependencies).flatMap((name) => homeOf(name) ?? []);
    const peers = homes.flatMap((home) => Object.keys(manifestOf(home).peerDependencies ?? {}));
    expect(declared.filter((name) => !imported.has(name) && !peers.includes(name))).toEqual([]);
  });

  test('reaches into no other workspace but through its public entries', () => {
    const outside = imports.filter(
      (each) =>
        isRelative(each) &&
        relative(join(root, workspace, 'src'), resolve(dirname(each.file), each.specifier)).startsWith('..'),
    );
    expect(outside.map(show)).toEqual([]);
    const hidden = foreign.filter(({ specifier }) => {
      const name = packageOf(specifier);
      const home = homeOf(name);
      const entry = `.${specifier.slice(name.length)}`;
      return home !== undefined && !Object.hasOwn(manifestOf(home).exports ?? {}, entry);
    });
    expect(hidden.map(show)).toEqual([]);
  });
});

test('the cryptography of the client depends on nothing else of it', () => {
  const folder = join(root, 'packages/client/src/crypto');
  const leaving = importsOf('packages/client').filter(
    (each) => !relative(folder, each.file).startsWith('..') && isRelative(each),
  );
  expect(leaving.length).toBeGreaterThan(20);
  const resolved = (each: Import): string => relative(folder, resolve(dirname(each.file), each.specifier));
  expect(leaving.filter((each) => resolved(each).startsWith('..')).map(show)).toEqual([]);
});

test('protocol and core use nothing that only Node has', () => {
  const found: string[] = [];
  for (const workspace of ['packages/protocol', 'packages/core']) {
    const source = join(root, workspace, 'src');
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('.ts'),
    )) {
      const tree = ts.createSourceFile(file, readFileSync(join(source, file), 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node) && /^(?:Buffer|process|require|setImmediate|__dirname|global)$/.test(node.text)) {
          found.push(`${workspace}/src/${file}: ${node.text}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
  }
  expect(found).toEqual([]);
});

test('what a web page takes of the client uses no module of Node', () => {
  const source = join(root, 'packages/client/src');
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) visit(resolve(dirname(file), fileName.replace(/\.js$/, '.ts')));
      else if (fileName.startsWith('node:') || fileName === 'better-sqlite3')
        found.push(`${relative(root, file)}: ${fileName}`);
    }
  };
  for (const entry of ['index.ts', 'crypto-worker.ts', 'crypto/index.ts']) visit(join(source, entry));
  expect(found).toEqual([]);
  expect(seen.size).toBeGreaterThan(30);
});
