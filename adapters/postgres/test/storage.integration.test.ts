import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeService, describeStorage } from '@synckeep/testing';
import { afterAll, beforeAll, describe } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { openStorages } from './opened.js';
import { type RunningPgbouncer, startPgbouncer } from './pgbouncer.js';

const required = process.env['SYNCKEEP_REQUIRE'];

describeService(
  'the storage behind PgBouncer',
  {
    service: 'pgbouncer',
    found: process.env['SYNCKEEP_TEST_PGBOUNCER'],
    hint: 'set SYNCKEEP_TEST_PGBOUNCER to the path of its program.',
    required,
  },
  (binary) => {
    let server: RunningPostgres;
    let pooler: RunningPgbouncer;
    beforeAll(async () => {
      server = await startPostgres();
      pooler = await startPgbouncer(binary, server.port);
    }, 60_000);
    afterAll(async () => {
      await server.stop();
      await pooler.stop();
    });
    describeStorage('PostgreSQL through PgBouncer in transaction mode', {
      open: () => openStorages(server, { connectionString: pooler.url }),
    });
  },
);

describeService(
  "the storage on the system's PostgreSQL",
  {
    service: 'postgres',
    found: process.env['SYNCKEEP_TEST_POSTGRES_BIN'],
    hint: 'set SYNCKEEP_TEST_POSTGRES_BIN to the folder of initdb and postgres, such as /usr/lib/postgresql/15/bin.',
    required,
  },
  (binaries) => {
    let server: RunningPostgres;
    beforeAll(async () => {
      server = await startPostgres({ binaries });
    }, 60_000);
    afterAll(() => server.stop());
    describeStorage("the system's PostgreSQL", { open: () => openStorages(server) });
  },
);

/** The commands that docs/scale.md shows. */
const partitions = (): string => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/scale.md', import.meta.url)), 'utf8');
  const commands = /<!-- tested: partitions -->\n```sql\n([\s\S]*?)\n```/.exec(text)?.[1];
  if (commands === undefined) throw new Error('docs/scale.md shows no commands for partitions.');
  return commands;
};

describe('the storage on hash partitions', () => {
  let server: RunningPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  describeStorage('PostgreSQL with hash partitions', {
    open: () => openStorages(server, { schema: 'synckeep', prepare: (pool) => pool.query(partitions()) }),
  });
});
