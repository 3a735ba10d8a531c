import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock, systemRandom } from '../src/index.js';

describe('systemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls back once, after the time and not before', () => {
    const callback = vi.fn();
    systemClock.after(1000, callback);
    vi.advanceTimersByTime(999);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('waits longer than one timer of the runtime can, and can be cancelled on the way', () => {
    const days = 24 * 60 * 60 * 1000;
    const [callback, cancelled] = [vi.fn(), vi.fn()];
    systemClock.after(90 * days, callback);
    const cancel = systemClock.after(90 * days, cancelled);
    vi.advanceTimersByTime(90 * days - 1);
    expect(callback).not.toHaveBeenCalled();
    cancel();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not keep the process alive', () => {
    vi.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const cancel = systemClock.after(60_000, () => {});
    expect(timers()).toBe(before);
    cancel();
  });
});

describe('systemRandom', () => {
  it('gives as many bytes as asked, more than the runtime gives at once too', () => {
    const bytes = systemRandom.bytes(200_000);
    expect(bytes).toHaveLength(200_000);
    // 16 zero bytes at the end of real random ones: once in 2^128.
    expect(bytes.subarray(-16).every((byte) => byte === 0)).toBe(false);
  });
});
