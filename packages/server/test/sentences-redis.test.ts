import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../src/refusal.js';
import { serveHere } from './here.js';
import { openProgram, type Program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'synckeep-redis-'));
const servers: Server[] = [];
let program: Program;
beforeAll(async () => {
  program = await openProgram();
});
afterAll(() => {
  program.close();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Something that answers every command of a client with one line, as Redis does when it refuses. */
const answering = async (line: string): Promise<string> => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // Each command is an array, which begins with a star.
    socket.on('data', (data) => socket.write(`${line}\r\n`.repeat(data.toString('latin1').split('*').length - 1)));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const refuse = async (notifier: string): Promise<string> => {
  const error = await serveHere({ dataDir: join(folder, 'data'), notifier }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  expect(error.message).toMatch(/^[A-Z][^\n]*\.$/);
  expect(error.message).not.toContain('hunter2');
  return error.message;
};

describe('a Redis that cannot be used', () => {
  it.each([
    ['-WRONGPASS invalid username-password pair or user is disabled.', 'does not accept the user with this password'],
    ['-NOAUTH Authentication required.', 'asks for a password'],
    ['-DENIED Redis is running in protected mode', 'protected mode'],
    ['-LOADING Redis is loading the dataset in memory', 'is starting'],
    ['HTTP/1.1 400 Bad Request', 'is no Redis'],
  ])('is told of in one sentence when it answers %s', async (line, words) => {
    const place = await answering(line);
    const said = await refuse(`redis://user:hunter2@${place}/0`);
    expect(said).toContain(words);
    expect(said).toContain(place);
  });

  it('is told of when nothing listens there', async () => {
    expect(await refuse('redis://:hunter2@127.0.0.1:1')).toContain('Nothing accepts connections at 127.0.0.1:1.');
    expect(await refuse('redis://:hunter2@nowhere.invalid:1')).toContain('is not known');
    expect(await refuse('redis://:hunter2@127.0.0.1:1/notes')).toContain('SYNCKEEP_NOTIFIER_URL or --notifier');
  });

  it('ends the program with 1 and without a word of its password, which the driver puts into the error', async () => {
    const place = await answering('-WRONGPASS invalid username-password pair or user is disabled.');
    const env = { SYNCKEEP_NOTIFIER_URL: `redis://user:hunter2@${place}`, LOG_LEVEL: 'trace', PORT: '0' };
    const { code, stdout, stderr } = await program.run(program.makeFolder(), ['serve'], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^synckeep: Redis at [^\n]*\.\n$/m);
    expect(stderr).not.toContain('hunter2');
  });
});
