import { createSeededRandom, createVirtualClock } from '@synckeep/testing';
import { describe, expect, it } from 'vitest';

describe('the virtual clock', () => {
  it('stands still until it is moved', () => {
    const clock = createVirtualClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(5);
    expect(clock.now()).toBe(1005);
    expect(() => clock.advance(-1)).toThrow(RangeError);
  });

  it('fires timers in order, each once and at its own moment', () => {
    const clock = createVirtualClock(0);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name} ${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(0, note('now'));
    clock.advance(10);
    expect(fired).toEqual(['now 0', 'first 10', 'second 10']);
    clock.advance(9);
    expect(fired).toHaveLength(3);
    clock.advance(100);
    expect(fired.at(-1)).toBe('late 20');
    expect(clock.pending).toBe(0);
  });

  it('fires timers that a timer sets, when they are due', () => {
    const clock = createVirtualClock(0);
    const times: number[] = [];
    const again = () => {
      times.push(clock.now());
      clock.after(10, again);
    };
    clock.after(10, again);
    clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
  });

  it('does not fire a timer that was cancelled, also by an earlier one', () => {
    const clock = createVirtualClock(0);
    let fired = 0;
    const cancel = clock.after(10, () => {
      fired++;
    });
    clock.after(5, cancel);
    clock.advance(100);
    expect(fired).toBe(0);
  });
});

describe('seeded random bytes', () => {
  it('are the same for one seed, others for another, and go on', () => {
    const [one, same, other] = [createSeededRandom(1), createSeededRandom(1), createSeededRandom(2)];
    const bytes = one.bytes(32);
    expect(same.bytes(32)).toEqual(bytes);
    expect(other.bytes(32)).not.toEqual(bytes);
    expect(one.bytes(32)).not.toEqual(bytes);
    expect(new Set(createSeededRandom(3).bytes(10_000)).size).toBe(256);
  });
});
