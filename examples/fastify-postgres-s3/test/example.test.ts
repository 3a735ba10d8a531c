import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { countMarkedLines } from '../../marked-lines.js';
import { playNodes } from './play-nodes.js';

it('syncs two devices and a file between the sessions of the app, over two nodes on one database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await playNodes(folder);
}, 120_000);

it('needs about 20 lines for sync', () => {
  expect(countMarkedLines(fileURLToPath(new URL('../src', import.meta.url)))).toBeLessThanOrEqual(30);
});
