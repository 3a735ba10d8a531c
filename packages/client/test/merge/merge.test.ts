import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHybridClock, isMoment, isTrusted, timeOf, trustedLead } from '../../src/merge/hybrid-clock.js';
import { isLater, mergeFields } from '../../src/merge/merge.js';
import { fromRowBytes, toRowBytes } from '../../src/merge/row-text.js';

const moment = (time: number): string => `${time.toString(16).padStart(12, '0')}-0000-0a0b0c0d`;

describe('the clock', () => {
  test('gives moments that only grow, whatever the machine and others say', () => {
    const times = fc.array(
      fc.oneof(
        fc.nat(10_000).map((now) => ({ now })),
        fc.nat(10_000).map((seen) => ({ seen })),
      ),
      { maxLength: 50 },
    );
    fc.assert(
      fc.property(times, (steps) => {
        let now = 0;
        const clock = createHybridClock({ now: () => now, node: 'aaaaaaaa' });
        let last = '';
        for (const step of steps) {
          if ('now' in step) now = step.now;
          else {
            clock.notice(moment(step.seen));
            last = last > moment(step.seen) ? last : moment(step.seen);
          }
          const next = clock.tick();
          expect(isMoment(next)).toBe(true);
          expect(next.slice(0, 17) > last.slice(0, 17)).toBe(true);
          last = next;
        }
      }),
    );
  });

  test('follows the server and does not believe what is far ahead of it', () => {
    let now = 1_000_000_000;
    const clock = createHybridClock({ now: () => now, node: 'aaaaaaaa' });
    expect(timeOf(clock.tick())).toBe(now);
    clock.adjust(5_000_000);
    expect(timeOf(clock.tick())).toBe(5_000_000);
    now += 1000;
    clock.notice(moment(5_001_000 + trustedLead + 1));
    expect(timeOf(clock.tick())).toBe(5_001_000);
    expect(isTrusted(moment(5_001_000 + trustedLead), clock.serverNow())).toBe(true);
  });

  test('counts on within a millisecond, also past its counter', () => {
    const clock = createHybridClock({ now: () => 7, node: 'aaaaaaaa' });
    let last = clock.tick();
    for (let n = 0; n < 70_000; n += 1) {
      const next = clock.tick();
      if (next <= last) throw new Error(`${next} follows ${last}`);
      last = next;
    }
  });
});

describe('merging', () => {
  test('a moment that cannot be right loses against one that can', () => {
    const now = 10_000_000;
    expect(isLater(moment(now), moment(now - 1), now)).toBe(true);
    expect(isLater(moment(now + 2 * trustedLead), moment(now), now)).toBe(false);
    expect(isLater(moment(now), moment(now + 2 * trustedLead), now)).toBe(true);
  });

  test('fields that one side changed are kept, of both the later, removed ones stay removed', () => {
    const base = { id: 'a', same: 1, mine: 1, theirs: 1, both: 1, gone: 1 };
    const local = { value: { id: 'a', same: 1, mine: 2, theirs: 1, both: 2 }, moment: moment(2) };
    const remote = { value: { id: 'a', same: 1, mine: 1, theirs: 3, both: 3, gone: 1, added: 3 }, moment: moment(3) };
    const merged = { id: 'a', same: 1, mine: 2, theirs: 3, both: 3, added: 3 };
    expect(mergeFields<object>({ base, local, remote, isLocalLater: false })).toEqual(merged);
    expect(mergeFields<object>({ base, local, remote, isLocalLater: true })).toEqual({ ...merged, both: 2 });
    const deleted = { value: null, moment: moment(4) };
    expect(mergeFields<object>({ base, local: deleted, remote, isLocalLater: true })).toBeNull();
    expect(mergeFields<object>({ base, local: deleted, remote, isLocalLater: false })).toEqual(remote.value);
  });
});

describe('the bytes of a row', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 1 }), fc.nat(), (json, count, time) => {
        const state = { value: JSON.stringify(json), version: { count, moment: moment(time) } };
        expect(fromRowBytes(toRowBytes(state), false)).toEqual(state);
        const deleted = { ...state, value: null };
        expect(fromRowBytes(toRowBytes(deleted), true)).toEqual(deleted);
      }),
    );
  });

  test.each([
    '',
    '1',
    `0 ${moment(1)}\n{}`,
    `1 ${moment(1)}\n`,
    `1 ${moment(1)}\nno json`,
    '1 then\n{}',
    `x ${moment(1)}\n{}`,
  ])('are refused when nobody of ours wrote them: %j', (text) => {
    expect(fromRowBytes(new TextEncoder().encode(text), false)).toBeNull();
  });

  test('are refused when they do not fit the op, or are no UTF-8', () => {
    expect(fromRowBytes(new TextEncoder().encode(`1 ${moment(1)}\n{}`), true)).toBeNull();
    expect(fromRowBytes(Uint8Array.of(0xff, 0xfe), false)).toBeNull();
  });
});
