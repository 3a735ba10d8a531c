import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { call } from './api.js';
import { filesBelow } from './files-below.js';
import { runHere } from './here.js';
import { createInUse } from './in-use.js';

const { open, close } = createInUse();
afterEach(close);

interface Report {
  readonly problems: number;
  readonly sentences: readonly string[];
}

const verify = (folder: string, ...flags: readonly string[]) =>
  runHere<Report>({ SYNCKEEP_DATA_DIR: folder }, 'verify', ...flags);

/** What the command says of a damaged folder: it ends with a sentence, and counts. */
const verifyDamaged = async (folder: string, ...flags: readonly string[]): Promise<string> => {
  const fault: unknown = await verify(folder, ...flags).catch((error: unknown) => error);
  return String(fault);
};

/** Does something to the database behind the back of the server. */
const damage = (folder: string, ...statements: readonly string[]): void => {
  const database = new Sqlite(joinPath(folder, 'synckeep.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
};

describe('verify', () => {
  it('is content with a server in use, also while a rotation runs', async () => {
    const { folder, laptop, server } = await open();
    expect(await verify(folder, '--read-blobs')).toMatchObject({
      logs: 1,
      changes: 2,
      batches: 2,
      blobs: 2,
      problems: 0,
    });
    const { token } = laptop;
    await call(server, 'PUT', '/keys', { token, body: { encrypted_key: 'old' } });
    await call(server, 'POST', '/keys/rotate/begin', { token, body: { new_encrypted_key: 'new' } });
    const entries = [{ seq: 1, data: 'again' }];
    await call(server, 'POST', '/keys/rotate/batch', { token, body: { entries } });
    expect(await verify(folder)).toMatchObject({ problems: 0 });
  });

  it('is content while others push', async () => {
    const { folder, laptop } = await open();
    let isOver = false;
    const pushing = (async () => {
      while (!isOver) await laptop.push(randomUUID());
    })();
    try {
      for (let round = 0; round < 5; round++) expect(await verify(folder)).toMatchObject({ problems: 0 });
    } finally {
      isOver = true;
      await pushing;
    }
  });

  it.each([
    ['a change that is missing', ['DELETE FROM sync_change WHERE id = (SELECT min(id) FROM sync_change)'], 2],
    ['a head that is wrong', ['UPDATE sync_scope SET head_tag = head_tag + 1'], 1],
    ['a counter of bytes that is wrong', ['UPDATE sync_scope SET data_bytes = data_bytes + 7'], 1],
    ['a counter of changes that is wrong', ['UPDATE sync_scope SET total_changes = 9'], 1],
    ['an owner who is missing', ["DELETE FROM sync_record WHERE kind = 'app'"], 1],
    ['a batch behind the end of a device', ['UPDATE sync_device SET last_push = 99'], 1],
  ])('finds %s', async (_what, statements, least) => {
    const { folder } = await open();
    damage(folder, ...statements);
    const said = await verifyDamaged(folder);
    expect(said).toMatch(/things are not as they must be/);
    expect(Number(/(\d+) things/.exec(said)?.[1])).toBeGreaterThanOrEqual(least);
  });

  it('finds blobs that are missing or cut off at once, and damaged ones when it reads them', async () => {
    const { folder, small } = await open();
    const [path] = filesBelow(joinPath(folder, 'blobs', 'objects')).filter((file) => file.includes(small.slice(2, 20)));
    const whole = readFileSync(path ?? '');
    const changed = Buffer.from(whole);
    changed[3] = (changed[3] ?? 0) ^ 1;
    writeFileSync(path ?? '', changed);
    expect(await verify(folder)).toMatchObject({ problems: 0 });
    expect(await verifyDamaged(folder, '--read-blobs')).toMatch(/^Refusal: 1 things/);
    writeFileSync(path ?? '', whole.subarray(5));
    expect(await verifyDamaged(folder)).toMatch(/^Refusal: 1 things/);
  });
});
