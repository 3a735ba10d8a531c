import { expect } from 'vitest';
import type { Device } from '../caller.js';
import { type Choice, createChoice } from '../choice.js';
import type { Fixture } from '../fixture.js';
import type { Topic } from '../scenario.js';

/** A simple client: it keeps one cursor, the newest that any answer gave it, and the rows that it has seen or made. */
interface Client {
  readonly device: Device;
  readonly known: Set<string>;
  cursor: string | number | null;
}

const pull = async (client: Client, choice: Choice): Promise<boolean> => {
  const page = (await client.device.pull({ cursor: client.cursor, limit: 1 + choice.below(5) })).ok();
  // One in six answers is lost on its way.
  if (choice.below(6) === 0) return true;
  for (const { row_id } of page.changes) client.known.add(row_id);
  client.cursor = page.cursor;
  return page.has_more;
};

const push = async (client: Client, choice: Choice, name: string): Promise<readonly string[]> => {
  const rows = Array.from({ length: 1 + choice.below(3) }, (_, n) => `${name}-${n}`);
  client.cursor = (await client.device.write(...rows)).cursor;
  for (const row of rows) client.known.add(row);
  return rows;
};

/** It has lost everything, and begins again as the protocol says: from the start. */
const reinstall = async (client: Client, choice: Choice): Promise<void> => {
  client.known.clear();
  client.cursor = null;
  await pull(client, choice);
};

const drain = async (client: Client, choice: Choice): Promise<void> => {
  while (await pull(client, choice));
};

const play = async (f: Fixture, seed: number, rounds: number): Promise<void> => {
  const choice = createChoice(seed);
  const first = await f.device();
  const devices = [first, await f.device(first, 'Phone'), await f.device(first, 'Tablet')];
  const clients: Client[] = devices.map((device) => ({ device, known: new Set(), cursor: null }));
  const written: string[] = [];
  for (let n = 0; n < rounds; n++) {
    const client = choice.of(clients);
    await choice.run<Promise<unknown>>([
      async () => written.push(...(await push(client, choice, `${n}`))),
      async () => written.push(...(await push(client, choice, `${n}`))),
      () => pull(client, choice),
      () => pull(client, choice),
      () => drain(client, choice),
      async () => (choice.below(3) === 0 ? reinstall(client, choice) : undefined),
      async () => f.clock.advance(choice.below(1500)),
    ]);
  }
  for (const client of clients) {
    await drain(client, choice);
    const missed = written.filter((row) => !client.known.has(row));
    expect(missed, `seed ${seed}: rows that ${client.device.id} never saw`).toEqual([]);
  }
};

/** Many devices, many pages, lost answers: P-43, P-45, P-48. */
export const convergence: Topic = (scenario) => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    scenario(
      `brings every row to three simple clients that lose answers and reinstall, game ${seed} [P-43] [P-45] [P-48]`,
      (f) => play(f, seed, 120),
    );
  }

  scenario('does the same over integer cursors [P-42] [P-48]', async (f) => {
    const integers: Fixture = { ...f, app: () => f.app({ dialect: 'rust-client' }) };
    const first = await integers.caller(await integers.app());
    await play({ ...integers, device: (owner, name) => f.device(owner ?? first, name) }, 9, 160);
  });
};
