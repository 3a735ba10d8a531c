import type { Scope, Storage, Transfer } from '@synckeep/core';
import { describe, expect, it } from 'vitest';
import { beginRotation, rotate } from '../contracts/key-samples.js';
import { createEpoch, newBatch, newChange, now } from '../contracts/samples.js';
import { readPart } from '../contracts/transfer/samples.js';
import { expectNothing, openFullAccount, readMoved } from './full-account.js';
import { freshExportOf, importInto, type Moving, type MovingEnd } from './moving-ends.js';

/** The same place, in which something happens before each look that an export takes at a scope. */
const withEvents = ({ storage, blobStore }: MovingEnd, event: (look: number) => Promise<void>): MovingEnd => {
  let looks = 0;
  const transfer: Transfer = {
    ...storage.transfer,
    async head(scope) {
      const head = await storage.transfer.head(scope);
      await event(++looks);
      return head;
    },
    async read(scope, part, query) {
      await event(++looks);
      // Small pages, so that much can happen between them.
      return storage.transfer.read(scope, part, { ...query, limit: 2 });
    },
  };
  const watched: Storage = { ...storage, transfer };
  return { storage: watched, blobStore };
};

type Change = (storage: Storage, scope: Scope) => Promise<unknown>;

/** As many rows as the log had, so that only more than their number tells one log from the other. */
const fill = async (storage: Storage, scope: Scope): Promise<void> => {
  const [device] = await storage.deviceStore.list(scope);
  const rows = Array.from({ length: 9 }, (_, index) => newChange(`after ${index}`));
  await storage.changeLog.append(scope, newBatch(device?.id ?? '', rows));
};

const changes: readonly (readonly [string, Change])[] = [
  [
    'a reset',
    async (storage, scope) => {
      await storage.changeLog.reset(scope, createEpoch(), now);
      await fill(storage, scope);
    },
  ],
  ['a new epoch', (storage, scope) => storage.changeLog.renewEpoch(scope, createEpoch())],
  [
    'the end of a rotation and the begin of the next',
    async (storage, scope) => {
      while (!(await storage.keyStore.abortRotation(scope, 1, now)).done);
      await fill(storage, scope);
      await beginRotation(storage, scope);
      await rotate(storage, scope, [1, 3, 4, 5, 6]);
    },
  ],
  [
    'the end of a rotation',
    async (storage, scope) => {
      await rotate(storage, scope, [1, 3, 5]);
      await storage.keyStore.completeRotation(scope, now);
    },
  ],
];

export const describeLoad = (opened: Moving): void => {
  describe('an export while the account is in use', () => {
    it('is of the moment when it began: later pushes are left out, and come in when they are repeated', async () => {
      const { from, to } = opened();
      const { scope, a, b } = await openFullAccount(from, to);
      const before = await readMoved(from, scope);
      const later: string[] = [];
      const stream = await freshExportOf(
        withEvents(from, async (look) => {
          const batchId = `later ${look}`;
          later.push(batchId);
          await from.storage.changeLog.append(
            scope,
            newBatch(look % 2 ? a : b, [newChange(batchId)], { batchId, keyVersion: 2 }),
          );
        }),
        scope,
      );
      expect(later.length).toBeGreaterThan(10);
      await importInto(to, stream);
      expect(await readMoved(to, scope)).toEqual(before);
      for (const [index, batchId] of later.entries()) {
        const batch = newBatch(index % 2 ? b : a, [newChange(batchId)], { batchId, keyVersion: 2 });
        expect(await to.storage.changeLog.append(scope, batch)).toMatchObject({ position: 7 + index, replayed: false });
      }
    });

    it('keeps each entry whole that a rotation comes to meanwhile, and the rotation can go on', async () => {
      const { from, to } = opened();
      const { scope } = await openFullAccount(from, to);
      let isRotated = false;
      const stream = await freshExportOf(
        withEvents(from, async (look) => {
          if (look < 4 || isRotated) return;
          isRotated = true;
          await rotate(from.storage, scope, [1, 3, 5]);
        }),
        scope,
      );
      await importInto(to, stream);
      for (const change of await readPart(to.storage, scope, 'change')) {
        if (change.replaced) expect(change).toMatchObject({ keyVersion: 2, data: `rotated ${change.position}` });
      }
      await rotate(to.storage, scope, [1, 3, 5]);
      expect(await to.storage.keyStore.completeRotation(scope, now)).toEqual({ keyVersion: 2, unreadable: 1 });
    });

    it.each(changes)('reads the account again after %s in the middle', async (_, change) => {
      for (let at = 1; at <= 12; at++) {
        const { from, to } = opened();
        const { scope } = await openFullAccount(from, to);
        let isDone = false;
        const stream = await freshExportOf(
          withEvents(from, async (look) => {
            if (look < at || isDone) return;
            isDone = true;
            await change(from.storage, scope);
          }),
          scope,
        );
        expect(stream.includes('scope_dropped')).toBe(true);
        await importInto(to, stream);
        expect(await readMoved(to, scope)).toEqual(await readMoved(from, scope));
      }
    });

    it('leaves an account out that is erased meanwhile', async () => {
      const { from, to } = opened();
      const { scope } = await openFullAccount(from, to);
      const stream = await freshExportOf(
        withEvents(from, async (look) => {
          if (look > 4) await from.storage.erase(scope, 1);
        }),
        scope,
      );
      expect(await importInto(to, stream)).toMatchObject({ scopes: 0, changes: 0 });
      await expectNothing(to, scope);
    });

    it('gives up when the account never stands still', async () => {
      const { from, to } = opened();
      const { scope } = await openFullAccount(from, to);
      const restless = withEvents(from, () => from.storage.changeLog.renewEpoch(scope, createEpoch()));
      await expect(freshExportOf(restless, scope)).rejects.toThrow(/Pause the app and export again/);
    });
  });
};
