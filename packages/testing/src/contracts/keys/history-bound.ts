import { limits } from '@synckeep/protocol';
import { describe, expect, it } from 'vitest';
import { beginRotation, newEnvelope, putKey } from '../key-samples.js';
import type { Opened } from '../opened-storage.js';
import { refusalOf } from '../refusal.js';
import { createOldTime, createScope } from '../samples.js';

const inADay = { code: 'rate_limited', retryAfter: 86_400 };

export const describeHistoryBound = (opened: Opened): void => {
  describe('a full history of envelopes', () => {
    it('refuses what would replace one more, ends a rotation that was begun, and loses nothing [P-58]', async () => {
      const { storage, other } = opened();
      const scope = createScope();
      const { keyStore } = storage;
      const time = createOldTime();
      while ((await keyStore.forgetHistory(time, 1000)) > 0);
      const length = async () => (await other.keyStore.history(scope)).length;
      const replace = (storages = storage) => putKey(storages, scope, { now: time });
      const begin = (envelope = newEnvelope()) => beginRotation(storage, scope, { envelope, now: time });

      await replace();
      await Promise.all(Array.from({ length: limits.keysInHistory - 1 }, () => replace()));
      expect(await length()).toBe(limits.keysInHistory - 1);
      const target = newEnvelope();
      expect(await begin(target)).toMatchObject({ keyVersion: 2 });
      await keyStore.completeRotation(scope, time);
      expect(await length()).toBe(limits.keysInHistory);

      const before = await keyStore.get(scope);
      expect(await refusalOf(replace())).toMatchObject(inADay);
      expect(await refusalOf(replace(other))).toMatchObject(inADay);
      expect(await refusalOf(begin())).toMatchObject(inADay);
      expect(await keyStore.get(scope)).toEqual(before);
      expect(before).toMatchObject({ envelope: target, keyVersion: 2, rotation: null });
      expect(await length()).toBe(limits.keysInHistory);
      expect(await putKey(storage, createScope())).toMatchObject({ keyVersion: 1 });

      expect(await keyStore.forgetHistory(time + 1, 2)).toBe(2);
      const late = await Promise.allSettled([replace(), replace(other), replace(), replace(other)]);
      expect(late.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      expect(await length()).toBe(limits.keysInHistory);

      expect(await keyStore.forgetHistory(time + 1, 1)).toBe(1);
      const aborted = newEnvelope();
      expect(await begin(aborted)).toMatchObject({ keyVersion: 3 });
      expect(await begin(aborted)).toMatchObject({ keyVersion: 3 });
      expect(await keyStore.abortRotation(scope, 100, time)).toEqual({ done: true, keyVersion: 2 });
      expect((await keyStore.history(scope))[0]).toMatchObject({ envelope: aborted, reason: 'aborted' });
      expect(await refusalOf(begin())).toMatchObject(inADay);
    });
  });
};
