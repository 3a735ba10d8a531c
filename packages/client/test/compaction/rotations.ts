import { randomUUID } from 'node:crypto';
import type { Scope, Storage } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';

/** The same plaintext under another key, as the plain cipher of these tests has it. */
const reseal = (data: string, key: number): string =>
  Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(data, 'base64').toString()), key })).toString('base64');

/** A person's rotations of the key, in steps. What is not possible at the time is not done. */
export const createRotations = ({ keyStore }: Storage, scope: Scope, now: () => number) => {
  const whenPossible = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!isSyncError(error) || !['no_rotation', 'rotation_in_progress'].includes(error.code)) throw error;
    }
  };

  /** Puts the first entries that are left under the new key. @returns how many remain */
  const rotate = async (limit: number): Promise<number> => {
    const { rotation } = (await keyStore.get(scope)) ?? { rotation: null };
    const key = (rotation?.keyVersion ?? 0) % 10;
    const bounds = { limit, maxBytes: 1 << 20, maxScan: 10_000 };
    const { entries } = await keyStore.rotationEntries(scope, { after: null, ...bounds });
    const rotated = entries.map(({ position, data }) => ({ position, data: reseal(data, key) }));
    const { remaining } = await keyStore.rotate(scope, {
      ...{ entries: rotated, keyVersion: null, bytesLimit: null, now: now() },
    });
    return remaining;
  };

  return {
    begin: () =>
      whenPossible(async () => {
        const etag = randomUUID();
        const condition = { absent: false, etags: null, keyVersion: null };
        if ((await keyStore.get(scope)) === null) {
          await keyStore.put(scope, {
            ...{ envelope: 'first', etag, condition, freshEpoch: '00000000000000aa', guards: [], now: now() },
          });
        }
        await keyStore.beginRotation(scope, { envelope: etag, etag, keyVersion: null, now: now() });
      }),
    rotate: () => whenPossible(() => rotate(3)),
    complete: () =>
      whenPossible(async () => {
        while ((await rotate(500)) > 0);
        await keyStore.completeRotation(scope, now());
      }),
    abort: () =>
      whenPossible(async () => {
        while (!(await keyStore.abortRotation(scope, 2, now())).done);
      }),
  };
};
