import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningPostgres, startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';
import { append, createScope, now, register } from './samples.js';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

it('a scope that was erased and made anew does not answer the ids of its old devices', async () => {
  const schema = newSchema();
  const [one, other] = [connect(postgres, schema).storage, connect(postgres, schema).storage];
  await one.migrate();
  const scope = createScope();
  const authorOf = async (deviceId: string): Promise<string | undefined> => {
    await append(one, scope, deviceId, 1);
    const query = {
      deviceId,
      after: null,
      includeOwn: true,
      limit: 1,
      maxBytes: 100,
      maxScan: 1,
      isPresented: true,
      now,
    };
    return (await one.changeLog.read(scope, query)).changes[0]?.deviceId;
  };
  const old = await register(one, scope);
  expect(await authorOf(old)).toBe(old);
  while (!(await other.erase(scope, 100)));
  const anew = await register(other, scope);
  expect(await authorOf(anew)).toBe(anew);
});
