import { createArgon2Hasher } from '@synckeep/accounts';
import { describe, expect, it } from 'vitest';
import { createBoundedQueue } from '../src/bounded-queue.js';

const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };

describe('the Argon2id hasher [P-12]', () => {
  it('uses argon2id with 19 MiB, 2 passes and 1 lane, and a salt of its own each time', async () => {
    const hasher = createArgon2Hasher(random);
    const [one, two] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
  });

  it('knows the right password from a wrong one, byte for byte', async () => {
    const hasher = createArgon2Hasher(random);
    const hash = await hasher.hash('päss wörd\u{1F600}');
    expect(await hasher.verify('päss wörd\u{1F600}', hash)).toBe(true);
    expect(await hasher.verify('päss wörd\u{1F600} ', hash)).toBe(false);
    expect(await hasher.verify('päss wörd\u{1F600}'.normalize('NFD'), hash)).toBe(false);
  });

  it('computes a hash and answers false when there is no user', async () => {
    const answers: unknown[] = [];
    const hasher = createArgon2Hasher(random, {
      async run(task) {
        const answer = await task();
        answers.push(answer);
        return answer;
      },
    });
    expect(await hasher.verify('correct horse', null)).toBe(false);
    expect(answers).toEqual([false]);
  });
});

describe('the queue of hashes [P-12]', () => {
  const createTasks = () => {
    const started: number[] = [];
    const finishers = new Map<number, (fault?: Error) => void>();
    const start = (id: number) => () =>
      new Promise<number>((resolve, reject) => {
        started.push(id);
        finishers.set(id, (fault) => (fault ? reject(fault) : resolve(id)));
      });
    return { started, start, finish: (id: number, fault?: Error) => finishers.get(id)?.(fault) };
  };

  it('runs two at a time in order, lets 32 wait, and refuses the next one at once without starting it', async () => {
    const { started, start, finish } = createTasks();
    const queue = createBoundedQueue({ active: 2, waiting: 32 });
    const accepted = Array.from({ length: 34 }, (_, id) => queue.run(start(id)));
    await expect(queue.run(start(34))).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1 });
    expect(started).toEqual([0, 1]);
    finish(1);
    await accepted[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    const late = queue.run(start(34));
    for (const id of [0, ...Array.from({ length: 33 }, (_, index) => index + 2)]) {
      finish(id);
      await (accepted[id] ?? late);
      await Promise.resolve();
    }
    expect(started).toEqual(Array.from({ length: 35 }, (_, id) => id));
  });

  it('goes on after a task that failed', async () => {
    const { started, start, finish } = createTasks();
    const queue = createBoundedQueue({ active: 1, waiting: 1 });
    const first = queue.run(start(0));
    const second = queue.run(start(1));
    finish(0, new Error('out of memory'));
    await expect(first).rejects.toThrow('out of memory');
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    finish(1);
    expect(await second).toBe(1);
    const third = queue.run(start(2));
    expect(started).toEqual([0, 1, 2]);
    finish(2);
    expect(await third).toBe(2);
  });
});
