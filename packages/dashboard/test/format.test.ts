import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatCount, formatDuration, parseBytes, toBytesText } from '../page/text/format.js';

describe('sizes', () => {
  it('are told in the unit that makes them short', () => {
    expect(formatBytes(0)).toBe('0 bytes');
    expect(formatBytes(1)).toBe('1 byte');
    expect(formatBytes(1536)).toBe('1.5 KiB');
    expect(formatBytes(1024 ** 2 - 1)).toBe('1 MiB');
    expect(formatBytes(50 * 1024 ** 3)).toBe('50 GiB');
    expect(formatBytes(5000 * 1024 ** 5)).toBe('5,000 PiB');
  });

  it('are read as people write them', () => {
    for (const [text, bytes] of [
      ['', null],
      [' ', null],
      ['500', 500],
      ['10 GiB', 10 * 1024 ** 3],
      ['10GB', 10 * 1024 ** 3],
      ['1.5 m', 1.5 * 1024 ** 2],
      ['12 bytes', 12],
    ] as const) {
      expect(parseBytes(text)).toBe(bytes);
    }
  });

  it('are refused when they are none', () => {
    for (const text of ['0', '-1', 'ten', '1 XiB', '1e9', '9999999 TiB', '0.1'])
      expect(parseBytes(text)).toBeUndefined();
  });

  it('are put into a field without losing a byte', () => {
    for (const bytes of [1, 1023, 1024, 1025, 1536 * 1024, 10 * 1024 ** 3, 10 * 1024 ** 3 + 1]) {
      expect(parseBytes(toBytesText(bytes))).toBe(bytes);
    }
    expect(toBytesText(null)).toBe('');
  });
});

describe('times', () => {
  const now = Date.parse('2030-06-01T12:00:00Z');
  it('are told as people say them', () => {
    expect(formatAgo(now - 30_000, now)).toBe('just now');
    expect(formatAgo(now - 3 * 3_600_000, now)).toBe('3 hours ago');
    expect(formatAgo(now + 2.5 * 86_400_000, now)).toBe('in 2 days');
    expect(formatAgo('2028-05-31T12:00:00Z', now)).toBe('2 years ago');
    expect(formatDuration(20)).toBe('less than a minute');
    expect(formatDuration(90_061)).toBe('1 day, 1 hour');
    expect(formatDuration(3_600 * 50 + 60)).toBe('2 days, 2 hours');
  });

  it('and counts have their plural', () => {
    expect([0, 1, 1204].map((count) => formatCount(count, 'device'))).toEqual([
      '0 devices',
      '1 device',
      '1,204 devices',
    ]);
  });
});
