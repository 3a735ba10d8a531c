import type { BlobStore, Storage } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { remove } from '../contracts/record-samples.js';
import { now } from '../contracts/samples.js';
import { openFullAccount, readMoved } from './full-account.js';
import { expectBlob, freshExportOf, importInto, type Moving, type MovingEnd } from './moving-ends.js';
import { addPerson, findPerson, personKind } from './people.js';

class Crash extends Error {}

/** The same place, in which the call number `at` of any that writes ends in a crash, before or after it is done. */
const crashing = ({ storage, blobStore }: MovingEnd, at: number, when: 'before' | 'after') => {
  let calls = 0;
  const wrap = <T extends object>(port: T, names: readonly string[]): T =>
    new Proxy(port, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function' || !names.includes(String(property))) return member;
        return async (...values: unknown[]) => {
          const isLast = ++calls === at;
          if (isLast && when === 'before') throw new Crash();
          const answer: unknown = await Reflect.apply(member, target, values);
          if (isLast) throw new Crash();
          return answer;
        };
      },
    });
  const faulty: Storage = {
    ...storage,
    transfer: wrap(storage.transfer, ['begin', 'write', 'seal', 'publish', 'abandon']),
    records: wrap(storage.records, ['transact']),
  };
  const store: BlobStore = wrap(blobStore, ['write']);
  return { end: { storage: faulty, blobStore: store }, wasReached: () => calls >= at };
};

export const describeCrashes = (opened: Moving): void => {
  describe('an import that crashes', () => {
    it.each(['before', 'after'] as const)(
      '%s any of its writes shows the account whole or not at all, and succeeds when it is repeated',
      async (when) => {
        const { from, to } = opened();
        const { scope, blobs } = await openFullAccount(from, to);
        const source = await readMoved(from, scope);
        await addPerson(from, scope.userId);
        const person = await findPerson(from, scope.userId);
        const kinds = [personKind];
        for (let at = 1; ; at++) {
          const stream = await freshExportOf(from, scope, { kinds });
          const { end, wasReached } = crashing(to, at, when);
          const outcome = await importInto(end, stream, { kinds }).catch((error: unknown) => error);
          if (!wasReached()) {
            expect(at).toBeGreaterThan(12);
            break;
          }
          expect(outcome).toBeInstanceOf(Crash);
          const isVisible = (await to.storage.transfer.head(scope)) !== null;
          if (isVisible) expect(await readMoved(to, scope)).toEqual(source);
          const wasMade = (await findPerson(to, scope.userId)) !== null;
          if (wasMade) expect(isVisible).toBe(true);
          const repeated = await importInto(to, stream, { kinds }).catch((error: unknown) => error);
          if (wasMade) expect(String(repeated)).toMatch(/here already/);
          else expect(repeated).toMatchObject({ records: 1 });
          expect(await findPerson(to, scope.userId)).toEqual(person);
          expect(await readMoved(to, scope)).toEqual(source);
          for (const blob of blobs) await expectBlob(to, scope, blob);
          while (!(await to.storage.erase(scope, 1000)));
          await to.storage.records.transact([remove(personKind.name, scope.userId)], now);
        }
      },
      60_000,
    );

    it('holds the account against other imports until it is repeated or given up', async () => {
      const { from, to } = opened();
      const { scope } = await openFullAccount(from, to);
      const [stream, other] = [await freshExportOf(from, scope), await freshExportOf(from, scope)];
      await expect(importInto(crashing(to, 4, 'before').end, stream)).rejects.toBeInstanceOf(Crash);
      await expect(importInto(to, other)).rejects.toThrow(/part of another import/);
      await importInto(to, stream);
      expect(await readMoved(to, scope)).toEqual(await readMoved(from, scope));
    });

    it('never mixes two tries of the same import', async () => {
      const { from, to } = opened();
      const { scope } = await openFullAccount(from, to);
      const stream = await freshExportOf(from, scope);
      const outcomes = await Promise.allSettled([
        importInto(to, stream),
        importInto(to, stream),
        importInto(to, stream),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(String(outcome.reason)).toMatch(/taken away|here already/);
      }
      await importInto(to, stream).catch((error: unknown) => expect(String(error)).toMatch(/here already/));
      expect(await readMoved(to, scope)).toEqual(await readMoved(from, scope));
    });
  });
};
