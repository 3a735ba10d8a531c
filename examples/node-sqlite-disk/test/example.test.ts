import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { countMarkedLines } from '../../marked-lines.js';
import { startExample } from '../../start-example.js';
import { playTwoDevices } from '../../two-devices.js';

const workspace = fileURLToPath(new URL('..', import.meta.url));

it('syncs two devices and a file between the sessions of the app, and has everything after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const environment = { DATA_DIR: folder, PORT: '0', APP_SECRET: 'a long random text' };
  const first = await startExample(workspace, environment);
  const { phone, changes } = await playTwoDevices(first.url, first.url);
  expect(await first.stop()).toBe(0);

  const second = await startExample(workspace, environment);
  const pulled = await fetch(`${second.url}/api/sync/pull`, {
    method: 'POST',
    headers: { authorization: `Bearer ${phone.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ device_id: phone.id }),
  });
  expect(await pulled.json()).toMatchObject({ changes, has_more: false });
  expect(await second.stop()).toBe(0);
}, 60_000);

it('needs about 20 lines for sync', () => {
  expect(countMarkedLines(join(workspace, 'src'))).toBeLessThanOrEqual(30);
});
