import type { RateLimiter } from '@synckeep/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface OpenedRateLimiter {
  readonly limiter: RateLimiter;
  /** Lets time pass: moves a virtual clock, or waits. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface RateLimiterContract {
  /** Opens a limiter; called once for the whole suite. */
  open(): Promise<OpenedRateLimiter>;
}

/** Slow enough that a limiter with real time refills nothing while a test runs. */
const slow = { burst: 3, perSecond: 1 / 60 };
const quick = { burst: 4, perSecond: 10 };

/** The contract of a rate limiter: token buckets. */
export const describeRateLimiter = (name: string, contract: RateLimiterContract): void => {
  describe(`rate limiter: ${name}`, () => {
    let current: OpenedRateLimiter | undefined;
    const opened = (): OpenedRateLimiter => {
      if (current === undefined) throw new Error(`The rate limiter ${name} is not open.`);
      return current;
    };
    const take = (key: string, limit = slow, bucket = 'contract') => opened().limiter.take(bucket, key, limit);
    const countAllowed = async (key: string, limit = slow): Promise<number> => {
      let count = 0;
      while (count < 100 && (await take(key, limit)).allowed) count++;
      return count;
    };

    beforeAll(async () => {
      current = await contract.open();
    });
    afterAll(async () => {
      await current?.close();
    });

    it('allows the burst at once and counts down, then refuses and says for how long [P-6]', async () => {
      const key = crypto.randomUUID();
      expect(await take(key)).toEqual({ allowed: true, limit: 3, remaining: 2, retryAfter: 0 });
      expect(await take(key)).toEqual({ allowed: true, limit: 3, remaining: 1, retryAfter: 0 });
      expect(await take(key)).toMatchObject({ allowed: true, limit: 3, remaining: 0 });
      const refused = await take(key);
      expect(refused).toMatchObject({ allowed: false, limit: 3, remaining: 0 });
      expect(refused.retryAfter).toBeGreaterThan(55_000);
      expect(refused.retryAfter).toBeLessThanOrEqual(60_000);
    });

    it('takes nothing with a refused call', async () => {
      const key = crypto.randomUUID();
      await countAllowed(key);
      for (let count = 0; count < 20; count++) {
        const { allowed, retryAfter } = await take(key);
        expect(allowed).toBe(false);
        expect(retryAfter).toBeLessThanOrEqual(60_000);
      }
    });

    it('allows one more after the time that it said [P-6]', async () => {
      const { pass } = opened();
      const key = crypto.randomUUID();
      // One that comes late by less than two seconds finds one token and no second.
      const limit = { burst: 2, perSecond: 1 / 2 };
      await countAllowed(key, limit);
      const { retryAfter } = await take(key, limit);
      expect(retryAfter).toBeGreaterThan(0);
      await pass(retryAfter);
      expect((await take(key, limit)).allowed).toBe(true);
      expect((await take(key, limit)).allowed).toBe(false);
    });

    it('refills at the sustained rate and never above the burst [P-6]', async () => {
      const { pass } = opened();
      const key = crypto.randomUUID();
      /** How many are allowed, and at least how many of them did not come back while they were counted. */
      const count = async () => {
        const begun = performance.now();
        const allowed = await countAllowed(key, quick);
        return { allowed, held: allowed - Math.floor(((performance.now() - begun) * quick.perSecond) / 1000) };
      };
      expect((await count()).held).toBeLessThanOrEqual(5);
      await pass(250);
      const refilled = await count();
      expect(refilled.allowed).toBeGreaterThanOrEqual(2);
      expect(refilled.held).toBeLessThanOrEqual(4);
      await pass(2000);
      const full = await count();
      expect(full.allowed).toBeGreaterThanOrEqual(4);
      expect(full.held).toBeLessThanOrEqual(5);
    });

    it('keeps buckets apart by name and by key', async () => {
      const [name, key] = [crypto.randomUUID(), crypto.randomUUID()];
      const limit = { burst: 1, perSecond: 1 / 60 };
      for (const [bucket, owner] of [
        [name, key],
        [name, ''],
        ['', key],
        [`${name}:`, key],
        [name, `:${key}`],
        [`${name}:${key}`, ''],
      ] as const) {
        expect((await take(owner, limit, bucket)).allowed).toBe(true);
        expect((await take(owner, limit, bucket)).allowed).toBe(false);
      }
    });

    it('allows no more than the burst when many come at the same time', async () => {
      const key = crypto.randomUUID();
      const decisions = await Promise.all(Array.from({ length: 20 }, () => take(key)));
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(3);
    });

    it('takes back what did not happen, never above the burst', async () => {
      const { limiter } = opened();
      const key = crypto.randomUUID();
      expect(await countAllowed(key)).toBe(3);
      await limiter.giveBack('contract', key, slow);
      expect(await countAllowed(key)).toBe(1);
      for (let count = 0; count < 10; count++) await limiter.giveBack('contract', key, slow);
      expect(await countAllowed(key)).toBe(3);
      const unknown = crypto.randomUUID();
      await limiter.giveBack('contract', unknown, slow);
      expect(await countAllowed(unknown)).toBe(3);
    });
  });
};
