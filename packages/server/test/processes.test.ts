import { readFileSync } from 'node:fs';
import { inTurns } from '@synckeep/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join, logIn, subscribe } from './api.js';
import { makeAccount, openProgram, type Program, type Serving } from './program.js';

let program: Program;
let folder: string;
let one: Serving;
let two: Serving;

beforeAll(async () => {
  program = await openProgram();
  folder = program.makeFolder();
  [one, two] = await Promise.all([program.serve(folder), program.serve(folder)]);
});
afterAll(() => program.close());

const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')).kid;

describe('two servers on one data folder', () => {
  it('announce a push through one on a stream of the other within 500 ms', async () => {
    const account = await makeAccount(program, folder, 'announced');
    const [writer, reader] = await Promise.all([join(one, account, 'laptop'), join(one, account, 'phone')]);
    const stream = await subscribe(two, reader.token, `?device_id=${reader.deviceId}`);
    await stream.until('retry:');
    const pushed = await writer.push('x');
    expect(pushed.status).toBe(200);
    let isAnnounced = false;
    const announced = stream.until('event: changed').then(() => {
      isAnnounced = true;
    });
    await inTurns(500, () => isAnnounced);
    expect(isAnnounced).toBe(true);
    await announced;
  });

  it('end the streams of a user on both within 2 s of a revocation', async () => {
    const account = await makeAccount(program, folder, 'revoked');
    const device = await join(one, account, 'laptop');
    const streams = await Promise.all([subscribe(one, device.token), subscribe(two, device.token)]);
    for (const stream of streams) await stream.until('retry:');
    await program.json(folder, ['user', 'revoke-tokens', account.email]);
    const began = performance.now();
    for (const stream of streams) await stream.untilEnd();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect((await device.status(one)).status).toBe(401);
    expect((await device.status(two)).status).toBe(401);
  });

  it('keep present tokens valid when the secret is rotated, and refuse none that the other signed', async () => {
    const account = await makeAccount(program, folder, 'rotated');
    const before = await join(one, account, 'laptop');
    const { secret_id } = await program.json<{ secret_id: string }>(folder, ['secret', 'rotate']);
    expect(secret_id).not.toBe(kidOf(before.token));

    // Whoever signs with the new secret, now or in a while, finds it known everywhere.
    let signedWith = '';
    await expect
      .poll(
        async () => {
          const { body } = await logIn(one, account);
          for (const server of [one, two]) expect((await before.status(server)).status).toBe(200);
          const after = await fetch(`${two.url}/api/sync/status`, {
            headers: { authorization: `Bearer ${body.token}` },
          });
          expect(after.status).toBe(200);
          signedWith = kidOf(body.token);
          return signedWith;
        },
        { timeout: 10_000, interval: 400 },
      )
      .toBe(secret_id);

    const dropped = await program.json<{ secret_id: string }>(folder, ['secret', 'rotate', '--drop-old']);
    for (const server of [one, two]) {
      await expect.poll(async () => (await before.status(server)).status, { timeout: 5_000 }).toBe(401);
    }
    expect(kidOf((await logIn(one, account)).body.token)).toBe(dropped.secret_id);
  });

  it('lose no secret when several are made at once', async () => {
    const made = await Promise.all(
      [1, 2, 3].map(() => program.json<{ secret_id: string }>(folder, ['secret', 'rotate'])),
    );
    const ids = readFileSync(`${folder}/secret`, 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[0]);
    for (const { secret_id } of made) expect(ids).toContain(secret_id);
  });
});
