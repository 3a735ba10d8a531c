import type { Clock } from '@synckeep/core';
import { describe, test } from 'vitest';
import { type Fixture, type FixtureOptions, openFixture } from './fixture.js';
import type { ScenarioSetup } from './setup.js';

/** Registers one behaviour as a test with a server of its own. */
export type Scenario = (
  title: string,
  run: (fixture: Fixture) => Promise<void>,
  options?: FixtureOptions | ((clock: Clock) => FixtureOptions),
) => void;

/** A group of scenarios about one topic. */
export type Topic = (scenario: Scenario) => void;

export const describeTopic = (name: string, setup: ScenarioSetup, topic: Topic): void => {
  describe(name, () => {
    topic((title, run, options = {}) => {
      test(title, async () => {
        const { fixture, close } = await openFixture(setup, options);
        try {
          await run(fixture);
        } catch (failure) {
          await close().catch(() => {});
          throw failure;
        }
        await close();
      });
    });
  });
};
