import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createRedisNotifier } from '@synckeep/redis';
import { describeService } from '@synckeep/testing';
import { build } from 'tsup';
import { beforeAll, expect, it, vi } from 'vitest';
import { createConnections, newName, patience, redisService } from './opened.js';

describeService('several processes on Redis', redisService, (url) => {
  const { atEnd, connect } = createConnections(url);

  const folder = fileURLToPath(new URL('../../../.tsbuild/redis-child', import.meta.url));
  beforeAll(async () => {
    await build({
      config: false,
      entry: [fileURLToPath(new URL('./child.ts', import.meta.url))],
      outDir: folder,
      format: ['esm'],
      outExtension: () => ({ js: '.mjs' }),
      noExternal: [/^@synckeep\//],
      external: ['ioredis'],
      silent: true,
      esbuildOptions: (options) => {
        options.conditions = ['@synckeep/source'];
      },
    });
  }, 60_000);

  it('hear what one of them published right before its end, and share the limits', async () => {
    const [channel, prefix] = [newName(), newName()];
    const notifier = createRedisNotifier({ redis: connect(), channel });
    atEnd(() => notifier.close());
    const heard: string[] = [];
    notifier.subscribe(({ topic }) => heard.push(topic));
    await vi.waitFor(() => expect(heard).toEqual(['all']), patience);
    const runChild = async (): Promise<number> => {
      const args = [`${folder}/child.mjs`, url, channel, prefix];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      expect(code).toBe(0);
      return Number(printed);
    };
    const counts = await Promise.all([runChild(), runChild()]);
    await vi.waitFor(() => expect(heard.toSorted()).toEqual(['access', 'access', 'all', 'keys', 'keys']), patience);
    expect(counts.reduce((sum, count) => sum + count)).toBe(15);
  });
});
