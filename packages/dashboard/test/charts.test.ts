import { describe, expect, it } from 'vitest';
import type { UsagePoint } from '../page/api/wire.js';
import { toByteUnit, toMarks, toTicks } from '../page/charts/scale.js';
import { startOf, toSlots } from '../page/charts/slots.js';

const hour = 3_600_000;
const noon = Date.parse('2030-06-01T12:00:00Z');

const point = (at: number, pushes: number): UsagePoint => ({
  ...{ at: new Date(at).toISOString(), pushes, pulls: 0, changes: 0, data_bytes: 0, blob_bytes: 0 },
  ...{ active_devices: 0, streams: 0, requests: 0, errors: 0 },
});

describe('an axis', () => {
  it('ends at a round number that is not below the largest value', () => {
    expect(toTicks(0)).toEqual([0, 1]);
    expect(toTicks(1)).toEqual([0, 1]);
    expect(toTicks(5)).toEqual([0, 2, 4, 6]);
    expect(toTicks(226)).toEqual([0, 100, 200, 300]);
    for (const max of [3, 7, 11, 99, 1234, 98_765]) {
      const ticks = toTicks(max);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.every(Number.isInteger)).toBe(true);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }
  });

  it('counts sizes in powers of 1024', () => {
    expect(toByteUnit(5 * 1024 ** 2)).toBe(1024 ** 2);
    expect(toByteUnit(0)).toBe(1);
    expect(toTicks(3 * 1024 ** 3, 3, 1024 ** 3)).toEqual([0, 1, 2, 3].map((count) => count * 1024 ** 3));
  });

  it('names as many slots as there is room for', () => {
    const slots = Array.from({ length: 168 }, (_, i) => ({ at: noon + i * hour, value: 0 }));
    const isMidnight = (at: number) => new Date(at).getUTCHours() === 0;
    expect(toMarks(slots, isMidnight, 7)).toEqual([12, 36, 60, 84, 108, 132, 156]);
    expect(toMarks(slots, isMidnight, 4)).toEqual([12, 60, 108, 156]);
    expect(toMarks([], isMidnight, 4)).toEqual([]);
  });
});

describe('slots of a chart', () => {
  it('are one for each hour, with nothing where the server counted nothing', () => {
    const range = { from: noon + 60_000, to: noon + 3 * hour, step: 'hour' } as const;
    const slots = toSlots([point(noon + hour, 7)], range, ({ pushes }) => pushes);
    expect(slots.map(({ value }) => value)).toEqual([0, 7, 0, 0]);
    expect(slots[0]?.at).toBe(noon);
  });

  it('begin with the day as the server counts it', () => {
    expect(new Date(startOf(noon, 'day')).toISOString()).toBe('2030-06-01T00:00:00.000Z');
    const range = { from: noon, to: noon + 48 * hour, step: 'day' } as const;
    expect(toSlots([], range, ({ pushes }) => pushes)).toHaveLength(3);
  });
});
