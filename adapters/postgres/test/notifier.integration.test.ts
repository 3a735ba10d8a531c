import { createPostgresNotifier } from '@synckeep/postgres';
import { describeNotifier, describeService } from '@synckeep/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { patience } from './opened.js';
import { type RunningPgbouncer, startPgbouncer } from './pgbouncer.js';

describeService(
  'behind PgBouncer',
  {
    service: 'pgbouncer',
    found: process.env['SYNCKEEP_TEST_PGBOUNCER'],
    hint: 'set SYNCKEEP_TEST_PGBOUNCER to the path of its program.',
    required: process.env['SYNCKEEP_REQUIRE'],
  },
  (binary) => {
    let database: RunningPostgres;
    let pooler: RunningPgbouncer;
    beforeAll(async () => {
      database = await startPostgres();
      pooler = await startPgbouncer(binary, database.port);
    }, 60_000);
    afterAll(async () => {
      await database.stop();
      await pooler.stop();
    });
    const connect = (): Client => new Client({ connectionString: database.url });
    const pool = () => database.pool({ connectionString: pooler.url });

    describeNotifier('PostgreSQL through PgBouncer in transaction mode, listening directly', {
      async open() {
        const notifier = createPostgresNotifier({ pool: pool(), connect });
        const other = createPostgresNotifier({ pool: pool(), connect });
        return {
          notifier,
          other,
          commit: async () => {},
          close: async () => {
            await notifier.close();
            await other.close();
          },
        };
      },
    });

    it('warns when the connection that listens goes through it', async () => {
      const warn = vi.fn();
      const log = { debug: () => {}, info: () => {}, warn, error: () => {} };
      const [direct, pooled] = [
        { pool: pool(), connect, log },
        { pool: pool(), log },
      ].map(createPostgresNotifier);
      const heard: string[] = [];
      direct?.subscribe(({ topic }) => heard.push(topic));
      await vi.waitFor(() => expect(heard).toEqual(['all']), patience);
      expect(warn).not.toHaveBeenCalled();
      pooled?.subscribe(() => {});
      await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce(), patience);
      expect(warn).toHaveBeenCalledWith(expect.anything(), expect.stringContaining('goes through a pooler'));
      await Promise.all([direct?.close(), pooled?.close()]);
    });
  },
);
