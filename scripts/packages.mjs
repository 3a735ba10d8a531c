// Packs every workspace, installs the tarballs alone in an empty project, imports every export with Node, compiles a
// TypeScript consumer against their types, and runs the suites that need no native module on the newest Node.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const { workspaces } = readJson(join(root, 'package.json'));
const packages = workspaces
  .map((workspace) => ({ workspace, ...readJson(join(root, workspace, 'package.json')) }))
  .filter((each) => !each.private);
const specifiersOf = ({ name, exports }) => Object.keys(exports).map((path) => name + path.slice(1));
/** The contract suites import vitest, which only runs inside of it. */
const isImportable = (specifier) => !specifier.startsWith('@synckeep/testing');

const folder = mkdtempSync(join(tmpdir(), 'synckeep-packages-'));
try {
  run(process.execPath, ['scripts/build.mjs', '--types'], root);
  const tarballs = packages.map(({ workspace, name, version }) => {
    run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], join(root, workspace));
    return [name, `file:./${name.replace('@', '').replace('/', '-')}-${version}.tgz`];
  });
  // The client is for bundlers too: its types and its manifest must be right under every resolution.
  const client = join(folder, tarballs.find(([name]) => name === '@synckeep/client')[1].replace('file:', ''));
  run(join(root, 'node_modules/.bin/publint'), ['--strict', client], root);
  run(join(root, 'node_modules/.bin/attw'), [client, '--profile', 'esm-only'], root);
  const project = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(tarballs),
    overrides: Object.fromEntries(tarballs),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project, null, 2));
  // The native module is the one that this clone compiled: two minutes saved, nothing of ours left out.
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  rmSync(join(folder, 'node_modules/better-sqlite3'), { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules/better-sqlite3'), join(folder, 'node_modules/better-sqlite3'));

  const specifiers = packages.flatMap(specifiersOf);
  const imports = specifiers.filter(isImportable).map((specifier) => `await import('${specifier}');`);
  writeFileSync(
    join(folder, 'import-all.mjs'),
    `${imports.join('\n')}\nconsole.log('${imports.length} exports imported');\n`,
  );
  run(process.execPath, ['import-all.mjs'], folder);
  run(join(folder, 'node_modules/.bin/synckeep'), ['--version'], folder);
  run(join(folder, 'node_modules/.bin/synckeep-client'), ['--version'], folder);

  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const types of ['node', 'better-sqlite3']) {
    rmSync(join(folder, 'node_modules/@types', types), { recursive: true, force: true });
    symlinkSync(join(root, 'node_modules/@types', types), join(folder, 'node_modules/@types', types));
  }
  const uses = specifiers
    .filter(isImportable)
    .map(
      (specifier, i) => `import * as m${i} from '${specifier}';\nexport const keys${i}: string[] = Object.keys(m${i});`,
    );
  writeFileSync(join(folder, 'consumer.ts'), `${uses.join('\n')}\n`);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  for (const [module, resolution] of [
    ['esnext', 'bundler'],
    ['node16', 'node16'],
  ]) {
    run(
      process.execPath,
      [
        tsc,
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--skipLibCheck',
        '--module',
        module,
        '--moduleResolution',
        resolution,
        'consumer.ts',
      ],
      folder,
    );
    console.log(`a TypeScript consumer compiles under moduleResolution ${resolution}`);
  }

  const newest = mkdtempSync(join(tmpdir(), 'synckeep-node-'));
  try {
    const newestProject = { private: true, dependencies: { node: 'latest' }, allowScripts: { node: true } };
    writeFileSync(join(newest, 'package.json'), JSON.stringify(newestProject));
    run('npm', ['install', '--no-audit', '--no-fund'], newest);
    const node = join(newest, 'node_modules/node/bin/node');
    run(node, ['--version'], root);
    const suites = [
      'packages/protocol',
      'packages/core',
      'packages/testing/test/scenarios.test.ts',
      'packages/accounts',
      'adapters/filesystem',
      'adapters/node-http',
      'adapters/jwt',
      'adapters/metrics',
      'adapters/opentelemetry',
      'adapters/rate-limiter',
    ];
    run(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...suites], root);
  } finally {
    rmSync(newest, { recursive: true, force: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
