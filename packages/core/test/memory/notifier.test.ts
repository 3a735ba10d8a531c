import { describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../src/index.js';
import { createMemoryNotifier } from '../../src/memory/index.js';

describe('memory notifier', () => {
  it('calls listeners before publish returns, and logs one that throws without stopping the others', () => {
    const error = vi.fn();
    const notifier = createMemoryNotifier({ log: { ...silentLog, error } });
    const fault = new Error('listener');
    const heard = vi.fn();
    notifier.subscribe(() => {
      throw fault;
    });
    notifier.subscribe(heard);
    notifier.publish({ topic: 'access' });
    expect(heard).toHaveBeenCalledWith({ topic: 'access' });
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ err: fault }), expect.any(String));
  });

  it('does not call a listener that an earlier one has just unsubscribed', () => {
    const notifier = createMemoryNotifier();
    const late = vi.fn();
    let stopLate = (): void => {};
    notifier.subscribe(() => stopLate());
    stopLate = notifier.subscribe(late);
    notifier.publish({ topic: 'all' });
    expect(late).not.toHaveBeenCalled();
  });

  it('keeps two subscriptions of one listener apart', () => {
    const notifier = createMemoryNotifier();
    const listener = vi.fn();
    const stop = notifier.subscribe(listener);
    notifier.subscribe(listener);
    stop();
    notifier.publish({ topic: 'all' });
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
