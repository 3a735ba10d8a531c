import { createMemoryState, createMemoryStorage } from '@synckeep/core/memory';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type RunningPostgres, startPostgres } from '../../../../adapters/postgres/test/database.js';
import { connect, newSchema } from '../../../../adapters/postgres/test/opened.js';
import { type OpenedFile, openFile } from '../../../../adapters/sqlite/test/opened.js';
import { type Instances, play } from './play.js';
import { histories } from './step.js';

const seed = Number(process.env['SYNCKEEP_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const describeHistories = (name: string, instances: () => Instances, numRuns: number): void => {
  it(`leaves on ${name} what any reader needs, in ${numRuns} random histories (seed ${seed}) [P-85] [P-86] [P-87]`, {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, (history) => play(instances(), history)),
      { numRuns, seed, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
    );
  });
};

describe('compaction beside clients that push, pull, merge and recover', () => {
  let postgres: RunningPostgres;
  let onPostgres: Instances;
  let file: OpenedFile;
  let onSqlite: Instances;
  beforeAll(async () => {
    file = await openFile();
    onSqlite = { storage: file.connect().storage, other: file.connect().storage };
    postgres = await startPostgres();
    const schema = newSchema();
    onPostgres = { storage: connect(postgres, schema).storage, other: connect(postgres, schema).storage };
  }, 60_000);
  afterAll(async () => {
    await file.close();
    await postgres.stop();
  }, 60_000);

  describeHistories(
    'memory',
    () => {
      const state = createMemoryState();
      return { storage: createMemoryStorage({ state }), other: createMemoryStorage({ state }) };
    },
    100,
  );
  describeHistories('SQLite', () => onSqlite, 40);
  describeHistories('PostgreSQL', () => onPostgres, 40);
});
