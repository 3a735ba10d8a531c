import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Answer, type Call, isStreamBody } from '@synckeep/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDashboard } from '../src/index.js';

const script = 'console.log("page")'.repeat(50);

describe('createDashboard', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'synckeep-dashboard-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./assets/index-1.js"></script>');
    writeFileSync(join(folder, 'assets/index-1.js'), script);
    writeFileSync(join(folder, 'assets/index-1.js.gz'), gzipSync(script));
    writeFileSync(join(folder, 'assets/icon-2.svg'), '<svg/>');
    writeFileSync(join(folder, 'licenses.md'), 'MIT');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = (publicUrl = 'https://sync.example.org') => {
    const dashboard = createDashboard({ publicUrl: () => publicUrl, folder });
    return async (url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => {
      const target = dashboard.mount(url);
      if (target === null) return null;
      const call: Call = {
        ...{ method, address: '127.0.0.1', header: (name) => headers[name], ...target },
        ...{ body: { length: null, chunks: [] } as never, signal: new AbortController().signal },
      };
      return dashboard.dispatch(call);
    };
  };

  const bytesOf = async (answer: Answer | null): Promise<Buffer> => {
    if (!isStreamBody(answer?.body)) return Buffer.from(answer?.body ?? '');
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body.chunks) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  };

  it('answers the page at /admin and at every address below it', async () => {
    const get = open();
    for (const url of [
      '/admin',
      '/admin/',
      '/admin?x=1',
      '/admin/apps/550e8400-e29b-41d4-a716-446655440000',
      '/admin/setup',
    ]) {
      const answer = await get(url);
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
      expect(answer?.body).toBe('<script type="module" src="/admin/assets/index-1.js"></script>');
    }
  });

  it('leaves everything else to whoever stands beside it', async () => {
    const get = open();
    for (const url of ['/', '/administrator', '/api/admin/apps', '/api/sync/status', '/account']) {
      expect(await get(url)).toBeNull();
    }
  });

  it('stands below the path of a public URL that has one', async () => {
    const get = open('https://example.org/sync/');
    expect((await get('/sync/admin/users'))?.body).toContain('src="/sync/admin/assets/index-1.js"');
    expect(await get('/admin')).toBeNull();
  });

  it('lets nothing run but its own files, and nobody frame it', async () => {
    const get = open();
    for (const url of ['/admin', '/admin/assets/index-1.js', '/admin/assets/gone.js']) {
      const { headers } = (await get(url)) ?? {};
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      const policy = headers?.['content-security-policy'] ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    }
  });

  it('sends files with a hash in their name for good, compressed to whoever takes it', async () => {
    const get = open();
    const plain = await get('/admin/assets/index-1.js');
    expect(plain?.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(plain?.headers['content-encoding']).toBeUndefined();
    expect((await bytesOf(plain)).toString()).toBe(script);
    for (const accepted of ['gzip', 'br, gzip;q=0.8, *;q=0.1', 'GZIP']) {
      const answer = await get('/admin/assets/index-1.js', { 'accept-encoding': accepted });
      expect(answer?.headers['content-encoding']).toBe('gzip');
      const bytes = await bytesOf(answer);
      expect(answer?.headers['content-length']).toBe(String(bytes.length));
      expect(gunzipSync(bytes).toString()).toBe(script);
    }
    for (const refused of ['gzip;q=0', 'gzip;q=0.0, br', '*', 'xgzip']) {
      const answer = await get('/admin/assets/index-1.js', { 'accept-encoding': refused });
      expect(answer?.headers['content-encoding']).toBeUndefined();
    }
  });

  it('sends the page again only when it has changed', async () => {
    const get = open();
    const { headers } = (await get('/admin')) ?? {};
    expect(headers?.['cache-control']).toBe('no-cache');
    const etag = headers?.['etag'] ?? '';
    expect(await get('/admin/apps', { 'if-none-match': `"other", W/${etag}` })).toMatchObject({
      status: 304,
      body: null,
    });
    expect(await get('/admin', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  });

  it('has no file but those of the page', async () => {
    const get = open();
    expect(await get('/admin/assets/gone.js')).toMatchObject({ status: 404 });
    for (const url of [
      '/admin/licenses.md',
      '/admin/../package.json',
      '/admin/%2e%2e/package.json',
      '/admin/assets/index-1.js.gz',
    ]) {
      const answer = await get(url);
      expect((await bytesOf(answer)).toString()).not.toContain('MIT');
      expect(answer?.headers['content-type']).toMatch(/^text\/(html|plain)/);
    }
  });

  it('can only be read', async () => {
    const get = open();
    expect(await get('/admin', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await get('/admin', {}, 'HEAD')).toMatchObject({ status: 200 });
  });

  it('says so when the page was not built', () => {
    expect(() => createDashboard({ publicUrl: () => 'http://x', folder: join(folder, 'assets') })).toThrow(/no page/);
  });
});
