import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgram, type Program, type Serving } from './program.js';

describe('the dashboard of synckeep serve', () => {
  let program: Program;
  let server: Serving;
  beforeAll(async () => {
    program = await openProgram();
    server = await program.serve(program.makeFolder());
  });
  afterAll(() => program?.close());

  it('is there with all of its files', async () => {
    const page = await fetch(`${server.url}/admin/apps`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const path of files) {
      const file = await fetch(server.url + path);
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toContain('immutable');
      await file.arrayBuffer();
    }
  });

  it('takes nothing away from the operations and the other pages', async () => {
    expect((await fetch(`${server.url}/api/admin/session`)).headers.get('content-type')).toContain('application/json');
    expect((await fetch(`${server.url}/api/sync/limits`)).status).toBe(200);
    expect((await fetch(`${server.url}/account`)).headers.get('content-security-policy')).not.toContain('script-src');
  });
});
