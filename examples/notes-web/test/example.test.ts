import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startExample } from '../../start-example.js';
import { buildPage, workspace } from './build-page.js';

it('serves the page under a strict policy, lets a demo user log in, and keeps both after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-example-'));
  const page = await buildPage();
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
    page.remove();
  });
  const environment = { DATA_DIR: folder, PAGE_DIR: page.folder, PORT: '0' };
  const keys: string[] = [];
  for (let start = 0; start < 2; start += 1) {
    const example = await startExample(workspace, environment);
    const document = await fetch(example.url);
    expect(document.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await document.text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)/);
    const [script = ''] = /assets\/index-[^"]+\.js/.exec(html) ?? [];
    const code = await fetch(`${example.url}/${script}`);
    expect(code.headers.get('cache-control')).toContain('immutable');
    const worker = await (await fetch(`${example.url}/service-worker.js`)).text();
    expect(worker).toContain(script);

    const { apiKey, demoUsers } = await (await fetch(`${example.url}/config.json`)).json();
    const login = await fetch(`${example.url}/api/sync/auth`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...demoUsers[0], api_key: apiKey }),
    });
    expect(login.status).toBe(200);
    keys.push(apiKey);
    for (const path of ['/nothing', '/../package.json', '/%2e%2e/%2e%2e/package.json', '/assets']) {
      expect((await fetch(example.url + path)).status).toBe(404);
    }
    expect(await example.stop()).toBe(0);
  }
  expect(keys[0]).toBe(keys[1]);
}, 120_000);
