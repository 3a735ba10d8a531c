import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { describeService } from '@synckeep/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../adapters/postgres/test/database.js';
import { type RunningPgbouncer, startPgbouncer } from '../../../adapters/postgres/test/pgbouncer.js';
import { openRealS3 } from '../../../adapters/s3/test/real-server.js';
import type { Parts } from '../src/open-parts.js';
import { call, join, subscribe } from './api.js';
import { makeAccountHere, serveHere } from './here.js';

const required = process.env['SYNCKEEP_REQUIRE'];
const folder = mkdtempSync(joinPath(tmpdir(), 'synckeep-services-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two nodes over the same parts, of which one announces a push on a stream of the other. */
const announce = async (parts: Parts): Promise<void> => {
  const nodes = await Promise.all([serveHere(parts), serveHere(parts)]);
  try {
    const [one, two] = nodes;
    if (!one || !two) throw new Error('no nodes');
    const account = await makeAccountHere(parts);
    const [writer, reader] = await Promise.all([join(one, account, 'laptop'), join(one, account, 'phone')]);
    const stream = await subscribe(two, reader.token, `?device_id=${reader.deviceId}`);
    await stream.until('retry:');
    expect((await writer.push('x')).status).toBe(200);
    await stream.until('event: changed');
  } finally {
    await Promise.all(nodes.map((node) => node.stop(0)));
  }
};

describeService(
  'serving behind PgBouncer in transaction mode',
  {
    service: 'pgbouncer',
    found: process.env['SYNCKEEP_TEST_PGBOUNCER'],
    hint: 'set SYNCKEEP_TEST_PGBOUNCER to the path of its program.',
    required,
  },
  (binary) => {
    let postgres: RunningPostgres;
    let pooler: RunningPgbouncer;
    beforeAll(async () => {
      postgres = await startPostgres();
      pooler = await startPgbouncer(binary, postgres.port);
    });
    afterAll(async () => {
      await pooler.stop();
      await postgres.stop();
    });

    it('is refused in a sentence without a direct connection to listen', async () => {
      const parts = { dataDir: joinPath(folder, 'pooled'), database: pooler.url };
      await expect(serveHere(parts)).rejects.toThrow('a pooler such as PgBouncer is in between');
    });

    it('works with one', async () => {
      const dataDir = joinPath(folder, 'direct');
      await announce({ dataDir, database: pooler.url, databaseListen: postgres.url });
    });
  },
);

describeService(
  'serving with Redis',
  {
    service: 'redis',
    found: process.env['SYNCKEEP_TEST_REDIS_URL'],
    hint: 'set SYNCKEEP_TEST_REDIS_URL to a server that tests may use, as scripts/services/redis.sh starts one.',
    required,
  },
  (notifier) => {
    it('announces a push through one node on a stream of the other', () =>
      announce({ dataDir: joinPath(folder, 'news'), notifier }));

    it('counts rates over all nodes', async () => {
      const redis = new Redis(notifier);
      // What an earlier run has left, and nothing of the tests that use this server at the same time.
      const left = await redis.keys('synckeep:rate:*');
      if (left.length > 0) await redis.del(left);
      redis.disconnect();
      const parts = { dataDir: joinPath(folder, 'rates'), notifier };
      const nodes = await Promise.all([1, 2].map(() => serveHere(parts, { rateLimit: 'on' })));
      try {
        const answers = await Promise.all(
          Array.from({ length: 200 }, (_, index) => {
            const node = nodes[index % nodes.length];
            if (!node) throw new Error('no nodes');
            return call(node, 'GET', '/limits');
          }),
        );
        const limit = Number(answers[0]?.headers.get('x-ratelimit-limit'));
        const allowed = answers.filter(({ status }) => status === 200).length;
        expect(allowed).toBeGreaterThanOrEqual(limit);
        // Twice as many would have passed two nodes that count for themselves.
        expect(allowed).toBeLessThan(1.5 * limit);
      } finally {
        await Promise.all(nodes.map((node) => node.stop(0)));
      }
    });
  },
);

describeService(
  'serving with blobs in a bucket',
  {
    service: 's3',
    found: process.env['SYNCKEEP_TEST_S3_URL'],
    hint: 'scripts/services/s3.sh starts a server and prints SYNCKEEP_TEST_S3_URL.',
    required,
  },
  (found) => {
    const placeOf = (change: (url: URL) => void = () => {}) => {
      const url = new URL(found);
      url.pathname = `/server-${randomUUID()}`;
      change(url);
      return { kind: 's3', url: url.href } as const;
    };
    beforeAll(async () => (await openRealS3()).close());
    afterEach(() => vi.unstubAllEnvs());

    it('lets clients put and get them there, and keeps none of them here', async () => {
      const parts = { dataDir: joinPath(folder, 'bucket'), blobs: placeOf() };
      const server = await serveHere(parts);
      try {
        const { token } = await join(server, await makeAccountHere(parts), 'laptop');
        const bytes = Buffer.from('encrypted');
        const blob = { hash: createHash('sha256').update(bytes).digest('hex'), size_bytes: bytes.length };
        const { body: upload } = await call(server, 'POST', '/blobs/upload', { token, body: blob });
        expect(new URL(upload.upload_url).origin).toBe(new URL(found).searchParams.get('endpoint'));
        expect((await fetch(upload.upload_url, { method: 'PUT', body: bytes })).status).toBe(200);
        expect((await call(server, 'POST', '/blobs/confirm', { token, body: blob })).status).toBeLessThan(300);
        const { body: download } = await call(server, 'POST', '/blobs/download', { token, body: { hash: blob.hash } });
        expect(Buffer.from(await (await fetch(download.download_url)).arrayBuffer())).toEqual(bytes);
        expect(readdirSync(parts.dataDir)).not.toContain('blobs');
      } finally {
        await server.stop(0);
      }
    });

    it.each([
      ['AWS_SECRET_ACCESS_KEY', 'refuses the credentials'],
      ['AWS_ACCESS_KEY_ID', 'refuses the credentials'],
      ['bucket', 'There is no bucket'],
    ])('is refused in a sentence with a wrong %s', async (wrong, words) => {
      if (wrong !== 'bucket') vi.stubEnv(wrong, 'hunter2hunter2');
      const place = placeOf((url) => {
        if (wrong === 'bucket') url.hostname = `missing-${randomUUID()}`;
      });
      const refusal = serveHere({ dataDir: joinPath(folder, 'refused'), blobs: place });
      await expect(refusal).rejects.toThrow(words);
      await expect(refusal).rejects.toThrow(/^SYNCKEEP_BLOBS_URL or --blobs: [^\n]*\.$/);
      await expect(refusal).rejects.not.toThrow('hunter2');
    });
  },
);
