import type { Scope } from '@synckeep/core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Opened, OpenedStorage } from '../contracts/opened-storage.js';
import { createEpoch, createScope, newQuery, register } from '../contracts/samples.js';
import { explain } from './explain.js';
import { createModel, type LogModel } from './log-model.js';
import { type Answered, perform } from './operation.js';
import { createPlayer } from './player.js';
import { histories, type Step } from './step.js';

export interface ModelOptions {
  readonly runs: number;
  readonly seed: number | undefined;
}

const patience = 300_000;

/** Plays a history against a new scope and compares every answer with the model. @returns the scope */
export const checkHistory = async (
  opened: () => Pick<OpenedStorage, 'storage' | 'other'>,
  history: readonly (readonly Step[])[],
): Promise<Scope> => {
  const { storage, other } = opened();
  const scope = createScope();
  const freshEpoch = createEpoch();
  const devices: string[] = [];
  for (let count = 0; count < 3; count++) devices.push((await register(storage, scope, { freshEpoch })).id);
  const player = createPlayer(scope, devices);
  let models: readonly LogModel[] = [createModel(freshEpoch, devices)];

  const compare = (answered: readonly Answered[]): void => {
    const after = explain(models, answered);
    if (after.length === 0) {
      const [model] = models;
      throw new Error(
        `The model cannot explain ${JSON.stringify(answered, null, 1)} in the log ${JSON.stringify(model)}`,
      );
    }
    models = after;
  };

  for (const steps of history) {
    const [model] = models;
    if (model !== undefined) compare(await player.play(steps, model, [storage, other]));
  }
  for (const [index, instance] of [storage, other].entries()) {
    const query = newQuery(devices[index] ?? '');
    compare([await perform(instance, scope, { kind: 'read', query })]);
    for (const kind of ['status', 'keys', 'history'] as const) compare([await perform(instance, scope, { kind })]);
  }
  return scope;
};

/** Random histories of a log, step by step and at the same time over both instances, compared with the model. */
export const describeModel = (
  opened: Opened,
  { runs, seed = Math.floor(Math.random() * 2 ** 31) }: ModelOptions,
): void => {
  describe('model of the log', () => {
    it(`explains every answer in ${runs} random histories (seed ${seed})`, { timeout: patience }, async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          await checkHistory(opened, history);
        }),
        { numRuns: runs, seed, interruptAfterTimeLimit: patience - 20_000, markInterruptAsFailure: true },
      );
    });
  });
};
