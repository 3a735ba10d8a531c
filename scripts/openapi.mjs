// Writes docs/openapi.json, docs/schema/*.json, the tables of docs/protocol.md and the client's routes from the operations table;
// `--check` fails when they differ from it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchemas, openApiDocument } from '../packages/protocol/dist/index.js';
import { routesModule } from './client-routes.mjs';
import { renewTables } from './protocol-tables.mjs';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const toText = (value) => `${JSON.stringify(value, null, 2)}\n`;
const files = new Map([
  ['openapi.json', toText(openApiDocument())],
  ['protocol.md', renewTables(readFileSync(`${docs}protocol.md`, 'utf8'))],
  ['../packages/client/src/api/routes.ts', routesModule()],
  ...Object.entries(jsonSchemas()).map(([name, schema]) => [`schema/${name}.json`, toText(schema)]),
]);

mkdirSync(`${docs}schema`, { recursive: true });
const stale = [];
for (const name of readdirSync(`${docs}schema`)) if (!files.has(`schema/${name}`)) stale.push(`schema/${name}`);
for (const [name, text] of files) {
  let present = '';
  try {
    present = readFileSync(docs + name, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (present !== text) stale.push(name);
}

if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`These differ from the operations table: ${stale.join(', ')}. Run: npm run openapi`);
    process.exit(1);
  }
} else {
  for (const name of stale) {
    const text = files.get(name);
    if (text === undefined) rmSync(docs + name);
    else writeFileSync(docs + name, text);
  }
}
console.log(`docs/openapi.json: ${Object.keys(openApiDocument().paths).length} paths, ${files.size - 3} schemas`);
