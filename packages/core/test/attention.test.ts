import { expect, it } from 'vitest';
import { createAttention } from '../src/events/attention.js';
import { createMemoryNotifier } from '../src/memory/notifier.js';

/** A clock with one timer, which the test lets come due. */
const createTimer = () => {
  const waiting: (() => void)[] = [];
  const after = (milliseconds: number, callback: () => void) => {
    expect(milliseconds).toBe(2_000);
    waiting.push(callback);
    return () => waiting.splice(0);
  };
  return { clock: { now: () => 0, after }, waiting, comeDue: () => waiting.shift()?.() };
};

it('looks every 2 s for as long as somebody is to be told, and then sleeps [P-72]', () => {
  const { clock, waiting, comeDue } = createTimer();
  const heard: string[] = [];
  const notifier = createMemoryNotifier();
  let isNeeded = true;
  const attention = createAttention({
    notifier,
    clock,
    onNews: ({ topic }) => heard.push(topic),
    isNeeded: () => isNeeded,
    onLook: () => heard.push('look'),
    onSleep: () => heard.push('sleep'),
  });
  attention.wake();
  attention.wake();
  notifier.publish({ topic: 'all' });
  comeDue();
  comeDue();
  isNeeded = false;
  comeDue();
  notifier.publish({ topic: 'all' });
  expect(heard).toEqual(['all', 'look', 'look', 'sleep']);
  expect(waiting).toEqual([]);
});
