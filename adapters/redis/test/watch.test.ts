import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWatch } from '../src/rate-limiter/watch.js';
import { createLog } from './opened.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const setUp = () => {
  const { messages, log } = createLog();
  let isDown = false;
  const redis = vi.fn(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve('counted')));
  const watch = createWatch(log);
  const fail = (): void => {
    isDown = true;
  };
  const recover = (): void => {
    isDown = false;
  };
  return { messages, redis, ask: () => watch(redis), watch, fail, recover };
};

it('gives the answer of Redis', async () => {
  const { messages, ask } = setUp();
  expect(await ask()).toEqual({ answer: 'counted' });
  expect(messages).toEqual([]);
});

it('gives up an answer after 250 ms', async () => {
  const { watch } = setUp();
  const asked = watch(() => new Promise(() => {}));
  const settled = vi.fn();
  void asked.then(settled);
  await vi.advanceTimersByTimeAsync(249);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(settled).toHaveBeenCalledWith(null);
});

it('asks once in a second during an outage, however many calls come, and tells of it once', async () => {
  const { messages, redis, ask, fail, recover } = setUp();
  fail();
  for (let hundredth = 0; hundredth < 500; hundredth++) {
    expect(await Promise.all([ask(), ask()])).toEqual([null, null]);
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(redis.mock.calls.length).toBeLessThanOrEqual(7);
  expect(messages).toEqual(['Redis does not count the rate limits at present.']);
  recover();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ask()).toEqual({ answer: 'counted' });
  expect(await ask()).toEqual({ answer: 'counted' });
  expect(messages).toHaveLength(2);
});
