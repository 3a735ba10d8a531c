import { type Log, type Records, type Secret, silentLog } from '@synckeep/core';
import { createMemoryState, createMemoryStorage } from '@synckeep/core/memory';
import { createVirtualClock } from '@synckeep/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabaseSecrets } from '../src/database-secrets.js';
import type { OpenedSecrets } from '../src/secret.js';

let clock = createVirtualClock();
let state = createMemoryState();

beforeEach(() => {
  clock = createVirtualClock();
  state = createMemoryState();
});

/** A process on the one database, whose way to it can be cut or made slow. */
const openNode = async (log: Log = silentLog) => {
  const { records } = createMemoryStorage({ state });
  let reading: () => Promise<void> = async () => {};
  const reached: Records = {
    ...records,
    get: async (kind, key) => {
      const found = await records.get(kind, key);
      await reading();
      return found;
    },
  };
  const node = await openDatabaseSecrets({ records: reached, clock, log });
  return {
    ...node,
    cut(): void {
      reading = () => Promise.reject(new Error('The database is down.'));
    },
    /** The next look sees what is there now and says so only when the returned function is called. */
    delay(): () => void {
      let answer = (): void => {};
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      reading = () => {
        reading = async () => {};
        return answered;
      };
      return answer;
    },
    mend(): void {
      reading = async () => {};
    },
  };
};

/** Lets time pass in steps that every look ends in. */
const pass = async (milliseconds: number): Promise<void> => {
  for (let left = milliseconds; left > 0; left -= 100) {
    clock.advance(Math.min(100, left));
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const ids = ({ secrets }: OpenedSecrets) => secrets.list().map(({ id }) => id);
const signerOf = ({ secrets }: OpenedSecrets): Secret | undefined => secrets.list()[0];

describe('the secrets in the database', () => {
  it('are made once, by whichever of several processes comes first', async () => {
    const nodes = await Promise.all([1, 2, 3, 4].map(() => openNode()));
    const [first, ...others] = nodes.map(ids);
    expect(first).toHaveLength(1);
    for (const other of others) expect(other).toEqual(first);
    expect(signerOf(await openNode())?.bytes).toHaveLength(32);
  });

  it('verify with a new one when they see it, and sign with it when every process that answers knows it', async () => {
    const [one, two] = [await openNode(), await openNode()];
    const [before] = ids(one);
    const made = await one.rotate({ dropOld: false });
    expect(ids(two)).toEqual([before]);
    await pass(1_100);
    expect(ids(one)).toEqual([before, made]);
    expect(ids(two)).toEqual([before, made]);
    await pass(3_800);
    expect(ids(one)).toEqual([before, made]);
    await pass(1_200);
    expect(ids(one)).toEqual([made, before]);
    expect(ids(two)).toEqual([made, before]);
  });

  it('sign with none that a process which still answers may not know, however the looks fall', async () => {
    const [one, two] = [await openNode(), await openNode()];
    two.cut();
    const made = await one.rotate({ dropOld: false });
    for (let waited = 0; waited < 12_000; waited += 100) {
      await pass(100);
      if (signerOf(one)?.id === made) expect(() => two.secrets.list()).toThrow('one of its backends is down');
    }
    expect(signerOf(one)?.id).toBe(made);
  });

  it('do not sign with the newest right after a start, when it may be a moment old', async () => {
    const one = await openNode();
    const [before] = ids(one);
    const made = await one.rotate({ dropOld: false });
    const late = await openNode();
    expect(ids(late)).toEqual([before, made]);
    await pass(5_100);
    expect(ids(late)).toEqual([made, before]);
  });

  it('are refused within a second of being dropped, and what came in their place signs', async () => {
    const [one, two] = [await openNode(), await openNode()];
    await one.rotate({ dropOld: false });
    const made = await one.rotate({ dropOld: true });
    await pass(1_000);
    expect(ids(one)).toEqual([made]);
    expect(ids(two)).toEqual([made]);
  });

  it('lose none when several processes make one at once', async () => {
    const nodes = await Promise.all([1, 2, 3].map(() => openNode()));
    const made = await Promise.all(nodes.map((node) => node.rotate({ dropOld: false })));
    expect(new Set(ids(await openNode()))).toEqual(new Set([...made, ...nodes.slice(0, 1).flatMap(ids)]));
  });

  it('are the same objects as long as they are the same', async () => {
    const node = await openNode();
    const before = signerOf(node);
    await pass(3_000);
    expect(signerOf(node)).toBe(before);
  });

  it('stay in use through a short outage, and after a long one nothing is signed or verified until they are read', async () => {
    const log = { ...silentLog, error: vi.fn(), info: vi.fn() };
    const node = await openNode(log);
    const before = ids(node);
    node.cut();
    await pass(3_900);
    expect(ids(node)).toEqual(before);
    await pass(1_100);
    expect(() => node.secrets.list()).toThrow(expect.objectContaining({ code: 'unavailable', retryAfter: 1 }));
    await pass(60_000);
    // Once, not with every look.
    expect(log.error).toHaveBeenCalledOnce();
    node.mend();
    await pass(1_100);
    expect(ids(node)).toEqual(before);
    expect(log.info).toHaveBeenCalledOnce();
  });

  it('go on being read when one answer never comes, and are not set back when it comes late', async () => {
    const node = await openNode();
    const answer = node.delay();
    await pass(1_000);
    const made = await node.rotate({ dropOld: true });
    await pass(8_000);
    expect(() => node.secrets.list()).toThrow('one of its backends is down');
    await pass(5_000);
    expect(ids(node)).toEqual([made]);
    answer();
    await pass(100);
    expect(ids(node)).toEqual([made]);
  });

  it('are not made anew when they vanish from under a running process', async () => {
    const log = { ...silentLog, error: vi.fn() };
    const node = await openNode(log);
    await createMemoryStorage({ state }).records.transact(
      [{ write: 'delete', kind: 'secret', key: 'signing', condition: 'any' }],
      clock.now(),
    );
    await pass(6_000);
    expect(() => node.secrets.list()).toThrow('one of its backends is down');
    expect(log.error).toHaveBeenCalledOnce();
  });

  it('leave no timer behind that asks the database again', async () => {
    const node = await openNode();
    await node.close();
    await pass(5_000);
    expect(clock.pending).toBe(0);
  });
});
