import { isSyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStorage } from '../src/index.js';
import { createWriter } from '../src/writer.js';
import { type OpenedFile, openFile } from './opened.js';
import { createAccount, newBatch, newChange, now, readRowIds } from './samples.js';

/** The same database, whose next COMMIT fails as on a broken disk once `arm` was called. */
const withFailingCommit = (database: Database): { readonly database: Database; arm(): void } => {
  let armed = false;
  const fail = (): never => {
    armed = false;
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
  };
  const wrapped = new Proxy(database, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      if (property !== 'prepare') return member.bind(target);
      return (sql: string) => {
        const statement = target.prepare(sql);
        if (sql !== 'COMMIT') return statement;
        return { run: () => (armed ? fail() : statement.run()) };
      };
    },
  });
  return {
    database: wrapped,
    arm: () => {
      armed = true;
    },
  };
};

const codeOf = (outcome: PromiseSettledResult<unknown>): string =>
  outcome.status === 'fulfilled' ? 'done' : isSyncError(outcome.reason) ? outcome.reason.code : 'fault';

describe('group commit', () => {
  let file: OpenedFile;
  beforeEach(async () => {
    file = await openFile();
    await file.connect().storage.migrate();
  });
  afterEach(() => file.close());

  it('commits what arrives together in one transaction', async () => {
    const { storage } = file.connect();
    const account = await createAccount(storage);
    const head = file.connect().database.prepare('SELECT head FROM sync_scope').pluck();
    const seen = new Set<unknown>();
    const pushes = Array.from({ length: 8 }, (_, index) =>
      storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange(`${index}`)])).then(() => {
        seen.add(head.get());
      }),
    );
    await Promise.all(pushes);
    expect(seen).toEqual(new Set([8]));
  });

  it('lets one refusal touch no other push', async () => {
    const { storage } = file.connect();
    const account = await createAccount(storage);
    const push = (rowId: string, over = {}) =>
      storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange(rowId)], over));
    const outcomes = await Promise.allSettled([
      push('1'),
      push('2', { keyVersion: 9 }),
      push('3'),
      push('4', { bytesLimit: 1 }),
      push('5'),
    ]);
    expect(outcomes.map(codeOf)).toEqual(['done', 'stale_key_version', 'done', 'quota_exceeded', 'done']);
    expect(await readRowIds(storage, account)).toEqual(['1', '3', '5']);
    expect((await storage.changeLog.status(account.scope, now)).totalChanges).toBe(3);
  });

  it.each([1, 5])('acknowledges none of %i pushes when the commit fails, and goes on', async (count) => {
    const failing = withFailingCommit(file.connect().database);
    const storage = createSqliteStorage({ database: failing.database });
    const account = await createAccount(storage);
    failing.arm();
    const push = (rowId: string) =>
      storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange(rowId)]));
    const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, index) => push(`lost ${index}`)));
    expect(outcomes.map(codeOf)).toEqual(Array.from({ length: count }, () => 'unavailable'));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { retryAfter: 1, cause: { code: 'SQLITE_IOERR_FSYNC' } } });
    }
    await push('kept');
    expect(await readRowIds(storage, account)).toEqual(['kept']);
  });

  it('answers a full disk with `unavailable`, keeps what was there and goes on when there is room', async () => {
    const { database, storage } = file.connect();
    const account = await createAccount(storage);
    const push = (rowId: string, data: string) =>
      storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange(rowId, data)]));
    await push('before', 'small');
    const pages = database.pragma('page_count', { simple: true });
    database.pragma(`max_page_count = ${pages}`);
    const large = 'x'.repeat(200_000);
    const outcomes = await Promise.allSettled([push('1', large), push('2', large), push('3', large)]);
    expect(outcomes.map(codeOf)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    database.pragma('max_page_count = 1000000');
    await push('after', large);
    expect(await readRowIds(storage, account)).toEqual(['before', 'after']);
  });

  it('rejects only the job that fails, with its own error', async () => {
    const { database } = file.connect();
    const writer = createWriter(database);
    const insert = (key: string) =>
      database.prepare(`INSERT INTO sync_record VALUES ('kind', ?, 1, NULL, 'null')`).run(key);
    const fault = new TypeError('a bug');
    const outcomes = await Promise.allSettled([
      writer.write(() => insert('1')),
      writer.write(() => {
        insert('2');
        throw fault;
      }),
      writer.write(() => insert('3')),
    ]);
    expect(outcomes[1]).toEqual({ status: 'rejected', reason: fault });
    expect(database.prepare('SELECT key FROM sync_record ORDER BY key').pluck().all()).toEqual(['1', '3']);
  });

  it('drains what was handed in before it closes', async () => {
    const { storage } = file.connect();
    const account = await createAccount(storage);
    const push = storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange('1')]));
    await storage.close();
    expect(await readRowIds(file.connect().storage, account)).toEqual(['1']);
    await push;
  });
});
