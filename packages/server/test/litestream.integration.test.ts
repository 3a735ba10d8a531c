import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join as joinPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeService } from '@synckeep/testing';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, join } from './api.js';
import { pullAll } from './in-use.js';
import { makeAccount, openProgram, type Program } from './program.js';

/** The configuration that docs/backup.md shows, for other folders. */
const toConfiguration = (folder: string, replica: string): string => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/backup.md', import.meta.url)), 'utf8');
  const shown = /```yaml\n# \/etc\/litestream\.yml\n([\s\S]*?)\n```/.exec(text)?.[1];
  if (shown === undefined) throw new Error('docs/backup.md shows no configuration of Litestream.');
  return shown
    .replace('/var/lib/synckeep', folder)
    .replace('type: s3\n      bucket: my-backups\n      path: synckeep', `type: file\n      path: ${replica}`);
};

describeService(
  'a data folder that Litestream follows',
  {
    service: 'litestream',
    found: process.env['SYNCKEEP_TEST_LITESTREAM'],
    hint: 'set SYNCKEEP_TEST_LITESTREAM to the path of its program.',
    required: process.env['SYNCKEEP_REQUIRE'],
  },
  (litestream) => {
    let program: Program;
    beforeAll(async () => {
      program = await openProgram();
    });
    afterAll(() => program.close());

    const run = async (...args: readonly string[]): Promise<void> => {
      const child = spawn(litestream, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`litestream ${args.join(' ')} ended with ${code}: ${said}`);
    };

    it('is restored with every change when server and Litestream were killed, and devices go on', async () => {
      const folder = program.makeFolder();
      const beside = dirname(folder);
      const configuration = joinPath(beside, 'litestream.yml');
      const text = toConfiguration(folder, joinPath(beside, 'replica'));
      expect(text).not.toContain('s3');
      writeFileSync(configuration, text);
      const account = await makeAccount(program, folder, 'followed');

      const follower = spawn(litestream, ['replicate', '-config', configuration], { stdio: 'ignore' });
      const gone = once(follower, 'close');
      let server = await program.serve(folder, ['--rate-limit', 'off']);
      const laptop = await join(server, account, 'laptop');
      // More than the server lets stand in its WAL.
      const changes = (from: number) =>
        Array.from({ length: 500 }, (_, i) => ({
          ...{ table: 'notes', op: 'insert', row_id: `row ${from + i}`, timestamp: '2026-03-13T10:05:00Z' },
          data: Buffer.alloc(600, `${from + i} `).toString('base64'),
        }));
      for (let at = 0; at < 40; at++) {
        const body = { device_id: laptop.deviceId, changes: changes(at * 500) };
        expect((await call(server, 'POST', '/push', { token: laptop.token, body })).status).toBe(200);
      }
      // It truncates the WAL when it stops.
      server.signal('SIGTERM');
      expect((await server.finished).code).toBe(0);
      server = await program.serve(folder, ['--rate-limit', 'off']);
      expect((await laptop.push('bGFzdA', server)).status).toBe(200);

      const restored = joinPath(beside, 'restored');
      const database = joinPath(restored, 'synckeep.db');
      mkdirSync(restored, { mode: 0o700 });
      const restore = async (): Promise<number> => {
        rmSync(database, { force: true });
        await run('restore', '-config', configuration, '-o', database, joinPath(folder, 'synckeep.db'));
        const opened = new Sqlite(database, { readonly: true });
        const count = opened.prepare<[], number>('SELECT count(*) FROM sync_change').pluck().get();
        opened.close();
        return count ?? 0;
      };
      await expect.poll(restore, { timeout: 30_000, interval: 500 }).toBe(20_001);
      server.signal('SIGKILL');
      follower.kill('SIGKILL');
      await Promise.all([server.finished, gone]);
      expect(await restore()).toBe(20_001);

      copyFileSync(joinPath(folder, 'secret'), joinPath(restored, 'secret'));
      expect(await program.json(restored, ['epoch', 'rotate'])).toEqual({ logs: 1 });
      expect(await program.json(restored, ['verify'])).toMatchObject({ problems: 0, changes: 20_001 });
      const again = await program.serve(restored, ['--rate-limit', 'off']);
      const phone = await join(again, account, 'phone');
      const data = await pullAll(again, phone);
      expect(data).toHaveLength(20_001);
      expect(data.at(-1)).toBe('bGFzdA');
      expect((await laptop.push('bmV4dA', again)).status).toBe(200);
    });
  },
);
