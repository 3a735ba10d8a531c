import { z } from 'zod';

const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/**
 * A string of `min` to `max` characters, counted in code points as JSON Schema does (zod counts UTF-16 units).
 * `pattern` needs the flag `u`, with which JSON Schema reads it too.
 */
export const text = (min: number, max: number, pattern?: RegExp) =>
  z
    .string()
    .refine((value) => pattern === undefined || pattern.test(value), 'does not match the pattern')
    .refine((value) => {
      const count = value.length <= max && value.length >= 2 * min ? value.length : codePoints(value);
      return count >= min && count <= max;
    }, `must have ${min} to ${max} characters`)
    .meta({ minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) });

/** Somebody's or something's identifier: a UUID wherever this server made it. */
export const id = text(1, 64);

const second = '(?:[0-5][0-9]|60)';

export const timestampPattern = `[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:${second}(?:\\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])`;

/** RFC 3339, returned byte for byte as it came (P-3). */
export const timestamp = z
  .string()
  .max(64)
  .regex(new RegExp(`^${timestampPattern}$`));

/** SHA-256 of the stored bytes, 64 hex digits of either case. */
export const hash = z.string().regex(/^[0-9a-fA-F]{64}$/);

/** A whole number from `min` to 2^53 - 1. */
export const count = (min = 0) => z.int().min(min).max(Number.MAX_SAFE_INTEGER);
