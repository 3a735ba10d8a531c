// What Dockerfile and compose.yaml say, linted and run as processes of this machine. No container is run here.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findPort, type RunningPostgres, startPostgres } from '../adapters/postgres/test/database.js';
import { openS3 } from '../adapters/s3/src/open.js';
import { settings } from '../packages/server/src/configuration.js';
import { join as joinDevice } from '../packages/server/test/api.js';
import { root } from './document-blocks.js';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const dockerfile = read('Dockerfile');
const { services } = parse(read('compose.yaml'));

/** The instructions, each on one line. */
const instructions = dockerfile.replaceAll(/\\\n\s*/g, '').split('\n');
const stage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
const argumentOf = (instruction: string): string =>
  stage.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? '';
const commandIn = (text: string): string[] => JSON.parse(text.slice(text.indexOf('[')));

const image = Object.fromEntries(
  [...argumentOf('ENV').matchAll(/(\S+?)=(\S+)/g)].map(([, name, value]) => [name, value]),
);
const example = parseEnv(read('.env.example'));
const filled: NodeJS.Dict<string> = { ...example, POSTGRES_PASSWORD: 'a1b2c3', S3_SECRET_KEY: 'd4e5f6' };
const service: Record<string, string> = Object.fromEntries(
  Object.entries<string>(services.synckeep.environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{(\w+)\}/g, (_, variable) => filled[variable] ?? ''),
  ]),
);

describe('Dockerfile and compose.yaml', () => {
  it('have nothing that their linters find', () => {
    expect(validate(dockerfile)).toEqual([]);
    const lint = join(root, 'node_modules/dclint/bin/dclint.cjs');
    const { status, stdout } = spawnSync(process.execPath, [lint, '--max-warnings', '0', join(root, 'compose.yaml')], {
      encoding: 'utf8',
    });
    expect(stdout).not.toMatch(/warning|error/);
    expect(status).toBe(0);
  });

  it('name settings that the program knows, and variables that .env.example has', () => {
    const known = new Set<string>(Object.values(settings).map(({ variable }) => variable));
    const names = Object.keys({ ...image, ...service });
    const others = ['NODE_ENV', 'PATH', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    expect(names.filter((name) => !known.has(name))).toEqual(others);
    const variables = [...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect([...new Set(variables)].sort()).toEqual(Object.keys(example).sort());
  });

  it('name the bucket that the S3 server makes, at the address that it has', async () => {
    const { client, bucket, profile } = await openS3(service['SYNCKEEP_BLOBS_URL'] ?? '');
    const { hostname, port, path } = (await client.config.endpoint?.()) ?? {};
    client.destroy();
    expect(services.s3.entrypoint.at(-1)).toContain(`mkdir -p /data/${bucket} `);
    expect({ profile, path }).toEqual({ profile: 'other', path: '/' });
    expect(services.s3.networks.default.aliases).toEqual([hostname]);
    expect(services.s3.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(services.s3.environment.ROOT_ACCESS_KEY_ID).toBe(service['AWS_ACCESS_KEY_ID']);
  });
});

describe('the command of the image in the environment of compose.yaml', () => {
  let postgres: RunningPostgres;
  const folder = mkdtempSync(join(tmpdir(), 'synckeep-containers-'));
  beforeAll(async () => {
    postgres = await startPostgres();
    const { POSTGRES_USER: name } = services.postgres.environment;
    await postgres.pool().query(`CREATE ROLE ${name} LOGIN`);
    await postgres.pool().query(`CREATE DATABASE ${name} OWNER ${name}`);
  }, 120_000);
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets ready, as HEALTHCHECK finds, takes a change and ends with 0', async () => {
    expect(image).toMatchObject({ HOST: '0.0.0.0', PORT: argumentOf('EXPOSE'), SYNCKEEP_DATA_DIR: '/data' });
    const port = `${await findPort()}`;
    const here = {
      HOST: '127.0.0.1',
      PORT: port,
      PATH: `${image['PATH']?.replace('/app', root).replace(':$PATH', '')}:${dirname(process.execPath)}`,
      SYNCKEEP_DATA_DIR: join(folder, 'data'),
      SYNCKEEP_DATABASE_URL: service['SYNCKEEP_DATABASE_URL']?.replace('postgres:5432', `127.0.0.1:${postgres.port}`),
      SYNCKEEP_BLOBS_URL: join(folder, 'blobs'),
      LOG_LEVEL: 'warn',
    };
    const env = { ...image, ...service, ...here };
    const [health = '', ...question] = commandIn(argumentOf('HEALTHCHECK'));
    const isHealthy = (): boolean => spawnSync(health, question, { env }).status === 0;
    expect(isHealthy()).toBe(false);

    const [command = '', ...args] = commandIn(argumentOf('CMD'));
    const server = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
    const exit = once(server, 'exit');
    try {
      await expect.poll(isHealthy, { timeout: 30_000, interval: 200 }).toBe(true);
      const run = (input: string, ...words: string[]) =>
        JSON.parse(execFileSync(command, [...words, '--json'], { env, input, encoding: 'utf8' }));
      const email = 'alice@example.org';
      const { app_id: appId, api_key: apiKey } = run('', 'app', 'create', 'Notes');
      const { user_id: userId } = run('correct horse battery staple\n', 'user', 'create', email, '--password-stdin');
      const account = { email, appId, apiKey, userId };
      const device = await joinDevice({ url: `http://127.0.0.1:${port}` }, account, 'laptop');
      const pushed = await device.push('x');
      expect(pushed.body).toMatchObject({ accepted: 1, replayed: false });
    } finally {
      server.kill('SIGTERM');
    }
    expect(await exit).toEqual([0, null]);
  }, 120_000);
});
