import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../model/model.js';
import { histories } from '../model/step.js';
import { readMoved } from './full-account.js';
import { addApp, addBlob, exportOf, importInto, linesOf, type Moving } from './moving-ends.js';

const patience = 120_000;

export const describeRoundTrip = (opened: Moving, runs: number, seed: number): void => {
  describe('any history', () => {
    it(`exports as the same stream after it was imported (${runs} histories, seed ${seed})`, {
      timeout: patience,
    }, async () => {
      const { from, to } = opened();
      const { storage } = from;
      const sizes = fc.array(fc.nat(200_000), { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(histories, sizes, async (history, blobSizes) => {
          const scope = await checkHistory(() => ({ storage, other: storage }), history);
          for (const size of blobSizes) await addBlob(from, scope, size + 1);
          await addApp(to, scope.appId);
          const stream = await exportOf(from, scope);
          await importInto(to, stream);
          expect(await readMoved(to, scope)).toEqual(await readMoved(from, scope));
          expect(linesOf(await exportOf(to, scope))).toEqual(linesOf(stream));
        }),
        { numRuns: runs, seed, interruptAfterTimeLimit: patience - 20_000, markInterruptAsFailure: true },
      );
    });
  });
};
