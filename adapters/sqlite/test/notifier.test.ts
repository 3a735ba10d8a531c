import type { News } from '@synckeep/core';
import { createSqliteNotifier } from '@synckeep/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenedFile, openFile } from './opened.js';
import { createAccount, newBatch, newChange } from './samples.js';

describe('the notifier', () => {
  let file: OpenedFile;
  beforeEach(async () => {
    file = await openFile();
    await file.connect().storage.migrate();
  });
  afterEach(() => file.close());

  it('tells the listeners of its process before `publish` returns', () => {
    const { database } = file.connect();
    const notifier = createSqliteNotifier({ database });
    const heard: News[] = [];
    const unsubscribe = notifier.subscribe((news) => heard.push(news));
    notifier.publish({ topic: 'access' });
    expect(heard).toEqual([{ topic: 'access' }]);
    unsubscribe();
    notifier.publish({ topic: 'access' });
    expect(heard).toHaveLength(1);
  });

  it('tells everybody to look at everything when another connection has committed', async () => {
    const { database } = file.connect();
    const heard: News[] = [];
    const unsubscribe = createSqliteNotifier({ database }).subscribe((news) => heard.push(news));
    await createAccount(file.connect().storage);
    await expect.poll(() => heard, { interval: 10 }).toContainEqual({ topic: 'all' });
    unsubscribe();
  });

  it('takes the writes of its own process for no news', async () => {
    const { database, storage } = file.connect();
    const account = await createAccount(storage);
    const heard: News[] = [];
    const unsubscribe = createSqliteNotifier({ database }).subscribe((news) => heard.push(news));
    await storage.changeLog.append(account.scope, newBatch(account.deviceId, [newChange('1')]));
    await createAccount(file.connect().storage);
    await expect.poll(() => heard.length, { interval: 10 }).toBeGreaterThan(0);
    expect(heard).toEqual([{ topic: 'all' }]);
    unsubscribe();
  });

  it('logs a listener that throws and still tells the others', () => {
    const { database } = file.connect();
    const errors: unknown[] = [];
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (fields: unknown) => errors.push(fields) };
    const notifier = createSqliteNotifier({ database, log });
    const fault = new Error('a bug');
    const heard: News[] = [];
    const ends = [
      notifier.subscribe(() => {
        throw fault;
      }),
      notifier.subscribe((news) => heard.push(news)),
    ];
    notifier.publish({ topic: 'access' });
    expect(heard).toHaveLength(1);
    expect(errors).toEqual([{ err: fault, topic: 'access' }]);
    for (const end of ends) end();
  });
});
