import { describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from '../../src/memory/index.js';

const createLimiter = () => {
  const time = { now: Date.UTC(2030, 0, 1) };
  return { time, limiter: createMemoryRateLimiter({ now: () => time.now, after: () => () => {} }) };
};

describe('memory rate limiter', () => {
  it('allows the burst, then as many as flow in', async () => {
    const { limiter, time } = createLimiter();
    const limit = { burst: 3, perSecond: 2 };
    const take = () => limiter.take('login', 'a', limit);
    expect(await take()).toEqual({ allowed: true, limit: 3, remaining: 2, retryAfter: 0 });
    await take();
    expect(await take()).toEqual({ allowed: true, limit: 3, remaining: 0, retryAfter: 500 });
    time.now += 499;
    expect((await take()).allowed).toBe(false);
    time.now += 1;
    expect((await take()).allowed).toBe(true);
    time.now += 60_000;
    expect((await take()).remaining).toBe(2);
  });

  it.each([3, 7, 1 / 60, 0.3])('allows one exactly when retryAfter at %d a second is over', async (perSecond) => {
    const { limiter, time } = createLimiter();
    const limit = { burst: 1, perSecond };
    await limiter.take('x', 'a', limit);
    for (let round = 0; round < 100; round++) {
      const { allowed, retryAfter } = await limiter.take('x', 'a', limit);
      expect(allowed).toBe(false);
      time.now += retryAfter;
      expect((await limiter.take('x', 'a', limit)).allowed).toBe(true);
    }
  });

  it('gives back what did not happen, never above the burst', async () => {
    const { limiter } = createLimiter();
    const limit = { burst: 2, perSecond: 1 };
    await limiter.take('x', 'a', limit);
    await limiter.take('x', 'a', limit);
    await limiter.giveBack('x', 'a', limit);
    expect((await limiter.take('x', 'a', limit)).allowed).toBe(true);
    for (let round = 0; round < 5; round++) await limiter.giveBack('x', 'b', limit);
    expect((await limiter.take('x', 'b', limit)).remaining).toBe(1);
  });

  it('counts names and keys apart', async () => {
    const { limiter } = createLimiter();
    const limit = { burst: 1, perSecond: 1 };
    expect((await limiter.take('x', 'a', limit)).allowed).toBe(true);
    expect((await limiter.take('x', 'b', limit)).allowed).toBe(true);
    expect((await limiter.take('y', 'a', limit)).allowed).toBe(true);
    expect((await limiter.take('x', 'a', limit)).allowed).toBe(false);
  });
});
