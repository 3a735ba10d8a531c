import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { createRateLimiter } from '@synckeep/rate-limiter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const limit = { burst: 3, perSecond: 2 };

describe('the rate limiter of one process', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets a burst through, counts it down, and then says how long to wait', async () => {
    const limiter = createRateLimiter();
    const decisions = [];
    for (let call = 0; call < 5; call += 1) decisions.push(await limiter.take('read', 'a', limit));
    expect(decisions.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ]);
    expect(decisions[0]).toEqual({ allowed: true, limit: 3, remaining: 2, retryAfter: 0 });
    expect(decisions.map(({ retryAfter }) => retryAfter)).toEqual([0, 0, 500, 500, 500]);
  });

  it('allows one more after exactly the time that it named, and not before', async () => {
    const limiter = createRateLimiter();
    for (let call = 0; call < 3; call += 1) await limiter.take('read', 'a', limit);
    const { retryAfter } = await limiter.take('read', 'a', limit);
    vi.advanceTimersByTime(retryAfter - 10);
    expect((await limiter.take('read', 'a', limit)).allowed).toBe(false);
    vi.advanceTimersByTime(10);
    expect((await limiter.take('read', 'a', limit)).allowed).toBe(true);
    expect((await limiter.take('read', 'a', limit)).allowed).toBe(false);
  });

  it('lets no more than the burst and the sustained rate through, wherever a second begins', async () => {
    const limiter = createRateLimiter();
    let allowed = 0;
    for (let step = 0; step < 1000; step += 1) {
      if ((await limiter.take('read', 'a', limit)).allowed) allowed += 1;
      vi.advanceTimersByTime(10);
    }
    expect(allowed).toBe(limit.burst + 10 * limit.perSecond - 1);
  });

  it('takes nothing for a refused call', async () => {
    const limiter = createRateLimiter();
    for (let call = 0; call < 50; call += 1) await limiter.take('read', 'a', limit);
    vi.advanceTimersByTime(1500);
    expect(await limiter.take('read', 'a', limit)).toMatchObject({ allowed: true, remaining: 2 });
  });

  it('never holds more than the burst', async () => {
    const limiter = createRateLimiter();
    await limiter.take('read', 'a', limit);
    for (let call = 0; call < 5; call += 1) await limiter.giveBack('read', 'a', limit);
    vi.advanceTimersByTime(60_000);
    const decisions = [];
    for (let call = 0; call < 4; call += 1) decisions.push((await limiter.take('read', 'a', limit)).allowed);
    expect(decisions).toEqual([true, true, true, false]);
  });

  it('gives one back', async () => {
    const limiter = createRateLimiter();
    for (let call = 0; call < 3; call += 1) await limiter.take('read', 'a', limit);
    await limiter.giveBack('read', 'a', limit);
    expect(await limiter.take('read', 'a', limit)).toMatchObject({ allowed: true, remaining: 0 });
    expect((await limiter.take('read', 'a', limit)).allowed).toBe(false);
  });

  it('lets no more than the burst through when a hundred come at once', async () => {
    const limiter = createRateLimiter();
    const decisions = await Promise.all(Array.from({ length: 100 }, () => limiter.take('read', 'a', limit)));
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(limit.burst);
  });

  it('counts each name and key by itself', async () => {
    const limiter = createRateLimiter();
    const one = { burst: 1, perSecond: 1 };
    const buckets = [
      ['read', 'a'],
      ['read', 'b'],
      ['write', 'a'],
      ['a:b', 'c'],
      ['a', 'b:c'],
    ] as const;
    for (const [name, key] of buckets) expect((await limiter.take(name, key, one)).allowed).toBe(true);
    for (const [name, key] of buckets) expect((await limiter.take(name, key, one)).allowed).toBe(false);
  });

  it('counts a slow bucket exactly', async () => {
    const limiter = createRateLimiter();
    const slow = { burst: 10, perSecond: 1 / 60 };
    for (let call = 0; call < 10; call += 1) expect((await limiter.take('x', 'a', slow)).allowed).toBe(true);
    const refused = await limiter.take('x', 'a', slow);
    expect(refused.allowed).toBe(false);
    expect(refused.retryAfter).toBe(60_000);
  });

  it('forgets a bucket as soon as it is full again', async () => {
    const limiter = createRateLimiter();
    for (let key = 0; key < 1000; key += 1) await limiter.take('read', String(key), limit);
    expect(vi.getTimerCount()).toBe(1000);
    vi.advanceTimersByTime(499);
    expect(vi.getTimerCount()).toBe(1000);
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('decides like the memory one, call by call', async () => {
    const clock = { now: () => Date.now(), after: () => () => {} };
    for (const limits of [
      limit,
      { burst: 7, perSecond: 3 },
      { burst: 120, perSecond: 40 },
      { burst: 10, perSecond: 1 / 60 },
    ]) {
      const [ours, memory] = [createRateLimiter(), createMemoryRateLimiter(clock)];
      let seed = 7;
      const next = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        return Math.floor((seed / 2 ** 31) * below);
      };
      for (let step = 0; step < 2000; step += 1) {
        const key = String(next(3));
        if (next(10) === 0) {
          await Promise.all([ours.giveBack('read', key, limits), memory.giveBack('read', key, limits)]);
        } else {
          expect(await ours.take('read', key, limits)).toEqual(await memory.take('read', key, limits));
        }
        if (next(20) === 0) vi.advanceTimersByTime(next(1000 * (limits.burst / limits.perSecond)));
      }
    }
  });

  it('refuses a limit that it could not keep, and goes on afterwards', async () => {
    const limiter = createRateLimiter();
    for (const wrong of [
      { burst: 0, perSecond: 1 },
      { burst: 1, perSecond: 0 },
      { burst: 1, perSecond: 1e-9 },
      { burst: Number.NaN, perSecond: 1 },
    ]) {
      await expect(limiter.take('read', 'a', wrong)).rejects.toThrow(RangeError);
    }
    expect((await limiter.take('read', 'a', limit)).allowed).toBe(true);
  });
});

it('does not keep the process alive', async () => {
  const countTimers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = countTimers();
  const control = setTimeout(() => undefined, 60_000);
  expect(countTimers()).toBe(before + 1);
  clearTimeout(control);
  await createRateLimiter().take('read', 'a', { burst: 100, perSecond: 1 });
  expect(countTimers()).toBe(before);
});
