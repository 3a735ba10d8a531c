import { isSyncError } from '@synckeep/protocol';
import type { Log, Observer, Outcome, Task } from '../ports/index.js';

/** How work ended that is no request and went well. */
export const success: Outcome = { status: null, code: null, isFault: false };

const toFailure = (error: unknown): Outcome => ({
  status: null,
  code: isSyncError(error) ? error.code : 'internal',
  isFault: !isSyncError(error) || error.status >= 500,
  error,
});

/** Does `work` and lets the observer follow it. Answers or rejects as `work` does, whatever the observer makes of it. */
export const observed = <T>(
  observer: Observer | null,
  task: Task,
  work: () => Promise<T>,
  toOutcome: (value: T) => Outcome,
): Promise<T> => {
  if (!observer) return work();
  let result: Promise<T> | undefined;
  observer.follow(task, () => {
    result ??= work();
    return result.then(toOutcome, toFailure);
  });
  return result ?? work();
};

/** One observer that none of the given ones can harm; null for none. */
export const joinObservers = (given: Observer | readonly Observer[] | undefined, log: Log): Observer | null => {
  const observers = given === undefined ? [] : [given].flat();
  if (observers.length === 0) return null;
  const safely = (work: () => void): void => {
    try {
      work();
    } catch (fault) {
      log.warn({ err: fault }, 'An observer threw; what it should have seen is not counted.');
    }
  };
  const follow = (
    [first, ...others]: readonly Observer[],
    task: Task,
    run: () => Promise<Outcome>,
  ): Promise<Outcome> => {
    let outcome: Promise<Outcome> | undefined;
    const goOn = () => (outcome ??= first ? follow(others, task, run) : run());
    if (first) safely(() => first.follow(task, goOn));
    return goOn();
  };
  return {
    note(observation) {
      for (const observer of observers) safely(() => observer.note(observation));
    },
    follow(task, run) {
      void follow(observers, task, run);
    },
  };
};
