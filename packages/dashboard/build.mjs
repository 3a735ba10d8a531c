// Builds the page into dist/page, and compresses what a server sends as it is.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const workspace = fileURLToPath(new URL('.', import.meta.url));
await build({ configFile: join(workspace, 'vite.config.ts'), logLevel: 'warn' });

const assets = join(workspace, 'dist/page/assets');
for (const name of readdirSync(assets)) {
  if (!/\.(?:js|css|svg)$/.test(name)) continue;
  const bytes = readFileSync(join(assets, name));
  const compressed = gzipSync(bytes, { level: 9 });
  if (compressed.length < bytes.length * 0.9) writeFileSync(join(assets, `${name}.gz`), compressed);
}
