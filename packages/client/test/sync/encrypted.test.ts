import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient } from '../../src/client/create-client.js';
import { type Argon2Parameters, createRecoveryCode } from '../../src/crypto/index.js';
import { createKeys } from '../../src/keys/index.js';
import { createMemoryLocalStore } from '../../src/store/memory-store.js';
import { type Note, quickTimers, until } from '../world/device.js';
import { openWorld, type World } from '../world/server.js';

/** As little as an envelope may be made with. */
const parameters: Argon2Parameters = { memoryKiB: 16_384, iterations: 1, lanes: 1 };
const passphrase = 'a passphrase that nobody guesses';

let world: World;
const closing: (() => Promise<void>)[] = [];

const open = async (name: string) => {
  const client = await createClient({
    url: 'http://synckeep.test',
    apiKey: world.apiKey,
    store: createMemoryLocalStore(),
    tables: { notes: {} },
    keys: ({ call }) => createKeys({ call, parameters, hideRowIds: true }),
    device: { name, platform: 'linux' },
    fetch: world.fetch,
    timers: quickTimers,
  });
  closing.push(client.close);
  await client.session.logIn({ email: world.email, password: world.password });
  await client.sync.start();
  return client;
};

beforeEach(async () => {
  world = await openWorld();
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await world.close();
});

test('a second device reads what the first wrote once it has the passphrase, and the server reads none of it', async () => {
  const a = await open('A');
  await until(() => a.keys.state.kind === 'absent');
  await a.table<Note>('notes').put({ id: 'a-secret-name', text: 'a secret text' });
  await a.keys.setUp({ passphrase, recoveryCode: null });
  const b = await open('B');
  await until(() => b.sync.status.phase === 'needs-key' && b.keys.state.kind === 'locked');
  await b.keys.unlock({ passphrase });
  await until(async () => (await b.table<Note>('notes').get('a-secret-name')) !== null);
  const stored = JSON.stringify([...world.state.scopes.values()].map(({ rows }) => [...rows.values()]));
  expect(stored).toContain('notes');
  expect(stored).not.toContain('secret');
});

test('a rotation while two devices write leaves everything readable on both', { timeout: 60_000 }, async () => {
  const a = await open('A');
  await until(() => a.keys.state.kind === 'absent');
  await a.keys.setUp({ passphrase, recoveryCode: createRecoveryCode() });
  const b = await open('B');
  await until(() => b.keys.state.kind === 'locked');
  await b.keys.unlock({ passphrase });
  const write = async (on: typeof a, name: string) => {
    for (let n = 0; n < 40; n += 1) {
      await on.table<Note>('notes').put({ id: `${name}${n}`, text: `${name} ${n}` });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const writing = Promise.all([write(a, 'a'), write(b, 'b')]);
  await until(() => a.sync.status.unsent === 0 && a.sync.status.syncedAt !== null);
  const { keyVersion } = await a.keys.rotate({ passphrase, recoveryCode: null });
  expect(keyVersion).toBe(2);
  await writing;
  // The other device hears of the new key and asks for the passphrase that opens it.
  await until(() => b.keys.state.kind === 'locked' || b.sync.status.phase === 'idle');
  await b.keys.unlock({ passphrase });
  for (const each of [a, b]) {
    await until(
      async () => (await each.table('notes').query()).length === 80,
      `80 rows (${JSON.stringify(each.sync.status)})`,
    );
    expect(await each.sync.quarantine.list()).toEqual([]);
  }
});
