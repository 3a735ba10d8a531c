import type { NamedRecord, RecordName } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { put } from '../contracts/record-samples.js';
import { createScope, now, register } from '../contracts/samples.js';
import { expectNothing, openFullAccount, readMoved } from './full-account.js';
import {
  addApp,
  freshExportOf,
  fromLines,
  importInto,
  linesOf,
  type Moving,
  type MovingEnd,
  type OpenedMoving,
} from './moving-ends.js';
import { addPerson, findPerson, personKind } from './people.js';

const kinds = [personKind];

const allRecords = async ({ storage }: MovingEnd): Promise<NamedRecord[]> => {
  const found: NamedRecord[] = [];
  for (let after: RecordName | null = null; ; ) {
    const page: readonly NamedRecord[] = await storage.records.all(after, 50);
    if (page.length === 0) return found;
    found.push(...page);
    after = page.at(-1) ?? null;
  }
};

const recordsIn = (stream: Buffer): { kind: string; key: string }[] =>
  linesOf(stream)
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'record')
    .map(({ kind, key }) => ({ kind, key }));

const appRecord = (key: string) => ({ kind: 'app', key });
const person = (key: string) => ({ kind: 'person', key });

export const describeMovedRecords = (opened: Moving, openFresh: () => Promise<OpenedMoving>): void => {
  describe('records', () => {
    const makeUser = async (end: MovingEnd, appId: string) => {
      const scope = { appId, userId: crypto.randomUUID() };
      await register(end.storage, scope);
      await addPerson(end, scope.userId);
      return scope;
    };

    it('move with the user, or with the app and those who have something in it', async () => {
      const { from, to } = opened();
      const app = crypto.randomUUID();
      await addApp(from, app);
      const [one, two] = [await makeUser(from, app), await makeUser(from, app)];
      await makeUser(from, crypto.randomUUID());
      expect(recordsIn(await freshExportOf(from, { ...one, appId: null }, { kinds }))).toEqual([person(one.userId)]);
      expect(recordsIn(await freshExportOf(from, one, { kinds }))).toEqual([person(one.userId)]);
      const stream = await freshExportOf(from, { appId: app, userId: null }, { kinds });
      const users = [one, two].map(({ userId }) => userId).sort();
      expect(recordsIn(stream)).toEqual([appRecord(app), ...users.map(person)]);
      expect(await importInto(to, stream, { kinds })).toMatchObject({ scopes: 2, records: 3 });
      for (const { userId } of [one, two]) {
        expect(await findPerson(to, userId)).toEqual(await findPerson(from, userId));
        const found = await to.storage.records.find('person', 'email', `${userId}@example.org`, {
          after: null,
          limit: 2,
        });
        expect(found.map(({ key }) => key)).toEqual([userId]);
      }
      expect(await to.storage.records.get('app', app)).toEqual(await from.storage.records.get('app', app));
    });

    it('move all with the whole server, but for tickets, expired ones and the marks of imports', async () => {
      const { from, to, close } = await openFresh();
      try {
        const { scope } = await openFullAccount(from, from);
        await addPerson(from, scope.userId);
        await addPerson(from, 'gone', 'gone@example.org', now - 1);
        const ticket = {
          userId: 'u',
          appId: 'a',
          generation: 1,
          session: null,
          keyGeneration: null,
          issuedAt: 1,
          expiresAt: 2,
        };
        await from.storage.records.transact(
          [
            put('ticket', 't', { value: ticket }),
            put('erased', 'pseudonym', { value: { at: 1 } }),
            put('salt', 'pseudonym', { value: { hex: 'ab' } }),
            put('import', 'i', { value: { exportId: 'e', begunAt: 1 } }),
          ],
          now,
        );
        const stream = await freshExportOf(from, { appId: null, userId: null }, { kinds });
        await importInto(to, stream, { kinds });
        const moved = (await allRecords(from)).filter(
          ({ kind, key }) => !['ticket', 'import'].includes(kind) && key !== 'gone',
        );
        expect(moved.map(({ kind }) => kind)).toEqual(['app', 'erased', 'person', 'salt']);
        expect((await allRecords(to)).map(({ version: _, ...record }) => record)).toEqual(
          moved.map(({ version: _, ...record }) => record),
        );
        expect(await readMoved(to, scope)).toEqual(await readMoved(from, scope));

        await to.storage.records.transact([put('salt', 'pseudonym', { value: { hex: 'cd' } })], now);
        const again = await freshExportOf(from, { appId: null, userId: null }, { kinds });
        await expect(importInto(to, again, { kinds })).rejects.toThrow(/"salt" of its own/);
        await from.storage.records.transact([put('payment', 'p')], now);
        await expect(freshExportOf(from, { appId: null, userId: null }, { kinds })).rejects.toThrow(/kind "payment"/);
      } finally {
        await close();
      }
    });

    it('cannot be seen before the whole stream has come', async () => {
      const { from, to } = opened();
      const app = crypto.randomUUID();
      await addApp(from, app);
      const { userId, ...scope } = await makeUser(from, app);
      const lines = linesOf(await freshExportOf(from, { appId: app, userId: null }, { kinds }));
      const seen: unknown[] = [];
      async function* source(): AsyncGenerator<Uint8Array> {
        for (const line of lines) {
          yield fromLines([line]);
          seen.push(await findPerson(to, userId), await to.storage.records.get('app', app));
        }
      }
      await importInto(to, source(), { kinds });
      expect(seen.filter((record) => record !== null)).toEqual([]);
      expect(await findPerson(to, userId)).not.toBeNull();
      expect(await to.storage.transfer.head({ ...scope, userId })).not.toBeNull();
    });

    it('that are here already stay as they are', async () => {
      const { from, to } = opened();
      const app = crypto.randomUUID();
      await addApp(from, app);
      await addApp(to, app);
      const { userId } = await makeUser(from, app);
      await addPerson(to, userId, 'other@example.org');
      const [before, appBefore] = [await findPerson(to, userId), await to.storage.records.get('app', app)];
      const stream = await freshExportOf(from, { appId: app, userId: null }, { kinds });
      expect(await importInto(to, stream, { kinds })).toMatchObject({ scopes: 1, records: 0 });
      expect(await findPerson(to, userId)).toEqual(before);
      expect(await to.storage.records.get('app', app)).toEqual(appBefore);
    });

    it('refuse the stream when another one has what only one can have', async () => {
      const { from, to } = opened();
      const app = crypto.randomUUID();
      await addApp(from, app);
      await addApp(to, app);
      const scope = await makeUser(from, app);
      await addPerson(to, crypto.randomUUID(), `${scope.userId}@example.org`);
      const stream = await freshExportOf(from, scope, { kinds });
      await expect(importInto(to, stream, { kinds })).rejects.toThrow(/has the same email here/);
      await expectNothing(to, scope);
      expect(await findPerson(to, scope.userId)).toBeNull();
    });

    it('of an account stay behind when it comes under another one', async () => {
      const { from, to } = opened();
      const { appId, userId } = createScope();
      await addApp(from, appId);
      await addApp(to, appId);
      const scope = await makeUser(from, appId);
      const stream = await freshExportOf(from, scope, { kinds });
      const report = await importInto(to, stream, { kinds, as: { appId: null, userId } });
      expect(report).toMatchObject({ scopes: 1, records: 0 });
      expect(await findPerson(to, scope.userId)).toBeNull();
      expect(await to.storage.transfer.head({ appId, userId })).not.toBeNull();
    });
  });
};
