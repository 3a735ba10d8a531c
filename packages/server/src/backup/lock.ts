import { randomBytes } from 'node:crypto';
import { Refusal } from '../refusal.js';
import type { Repository } from './repository.js';

/** Milliseconds that a lock is good for; renewed more often, so that only that of a dead process ends by itself. */
const lifetime = 10 * 60_000;
const pace = lifetime / 5;

export interface PlaceLock {
  release(): Promise<void>;
}

const prefix = 'locks/';
const pattern = /^locks\/([0-9]{13})-([0-9a-f]{16})$/;

/** Those of others that are not over. */
const others = async (repository: Repository, own: string): Promise<boolean> => {
  let isTaken = false;
  for await (const name of repository.names(prefix)) {
    const [, until, id] = pattern.exec(name) ?? [];
    if (id === own) continue;
    if (Number(until) > Date.now()) isTaken = true;
    else await repository.delete(name);
  }
  return isTaken;
};

/**
 * Keeps everybody else, on whatever machine, from writing to the place. Each writes its own lock first and then looks for
 * others, so of several at once at most one goes on. The time until which a lock is good is in its name.
 * @param onLost hears when it could not be renewed in time. @throws Refusal when somebody else has it.
 */
export const lockPlace = async (
  repository: Repository,
  onLost: (error: unknown) => void = () => {},
): Promise<PlaceLock> => {
  const id = randomBytes(8).toString('hex');
  let name = '';
  const write = async (): Promise<void> => {
    const before = name;
    const next = `${prefix}${Date.now() + lifetime}-${id}`;
    if (next === before) return;
    await repository.putClear(next, new Uint8Array());
    name = next;
    if (before !== '') await repository.delete(before);
  };
  await write();
  if (await others(repository, id)) {
    await repository.delete(name);
    throw new Refusal(
      `Another process works in ${repository.shown}. Wait for it; if it died, its lock ends within ten minutes.`,
    );
  }

  let renewed = Date.now();
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = write()
      .then(() => {
        renewed = Date.now();
      })
      .catch((error: unknown) => {
        if (Date.now() - renewed > lifetime - pace) onLost(error);
      });
  }, pace);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await renewing;
      await repository.delete(name);
    },
  };
};
