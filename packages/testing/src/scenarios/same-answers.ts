import { type OperationName, operationNames } from '@synckeep/protocol';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobs } from './same-answers/blobs.js';
import { checkSameAnswers, playCore, type Recorded } from './same-answers/compare.js';
import { errors } from './same-answers/errors.js';
import { methods } from './same-answers/methods.js';
import { operations } from './same-answers/operations.js';
import { origins } from './same-answers/origins.js';
import { paths } from './same-answers/paths.js';
import { rateLimits } from './same-answers/rate-limits.js';
import { refusals } from './same-answers/refusals.js';
import type { Script } from './same-answers/script.js';
import { streams } from './same-answers/streams.js';
import type { OpenTransport } from './transport.js';

const scripts: Readonly<Record<string, Script>> = {
  'every operation as it should be': operations,
  'every operation without a token, with bad bodies, and over its limit': refusals,
  'every path with every other method, and HEAD': methods,
  'origins and preflights': origins,
  'paths and queries that are not there, or not valid': paths,
  'every error code, and a fault': errors,
  'uploads, downloads and ranges of blobs': blobs,
  'rate limits': rateLimits,
  streams,
};

/**
 * Plays the whole catalogue of operations, right and refused, to servers of the same seed and the same virtual time: once
 * by `dispatch` alone, and once through each binding. Every status, header and byte must be what the core answered.
 */
export const describeSameAnswers = (bindings: Readonly<Record<string, OpenTransport>>): void => {
  describe('the same answers', () => {
    const seen = new Set<string>();
    let count = 0;

    describe.each(Object.entries(scripts))('for %s', (_name, script) => {
      let core: readonly Recorded[] = [];
      beforeAll(async () => {
        core = await playCore(script);
        for (const { title } of core) seen.add(title.split(' ', 1)[0] ?? '');
      }, 60_000);

      test.each(Object.entries(bindings))(
        'over %s [P-1] [P-4]',
        async (_binding, open) => {
          await checkSameAnswers(core, open, script);
          count += core.length;
        },
        60_000,
      );
    });

    test('were compared for every operation', () => {
      console.info(`${count} answers compared over ${Object.keys(bindings).join(', ')}`);
      const missing = operationNames.filter((name: OperationName) => !seen.has(name));
      expect(missing).toEqual([]);
    });
  });
};
