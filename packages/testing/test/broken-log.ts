import { type ChangeLog, isPresentedPlace, type LogPage, type Storage, type StoredChange } from '@synckeep/core';
import { createMemoryState, createMemoryStorage } from '@synckeep/core/memory';
import { createStall, withFaults } from '@synckeep/testing';
import type { OpenedStorage } from '../src/contracts/opened-storage.js';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** Two instances over one memory, whose change logs have some methods replaced by broken ones. */
export const openBroken = (breakLog: (log: ChangeLog) => Partial<ChangeLog>): OpenedStorage => {
  const state = createMemoryState();
  const open = (): Storage => {
    const storage = createMemoryStorage({ state });
    return { ...storage, changeLog: { ...storage.changeLog, ...breakLog(storage.changeLog) } };
  };
  const { storage, hold } = withFaults(open());
  return { storage, other: open(), stall: () => hold('changeLog', 'append'), close: async () => {} };
};

/** A log whose positions come from a sequence, as an auto-increment column gives them: in the order of asking, not of commit. */
export const openSequenceLog = (): OpenedStorage => {
  const rows: StoredChange[] = [];
  let sequence = 0;
  let held: ReturnType<typeof createStall> | null = null;
  const open = (mayStall: boolean): Storage => {
    const storage = createMemoryStorage({ state });
    const changeLog: ChangeLog = {
      ...storage.changeLog,
      async append(scope, batch) {
        const { epoch } = (await storage.changeLog.status(scope, 0)).head;
        const changes = batch.changes.map((change) => {
          sequence += 1;
          return { ...change, position: sequence, deviceId: batch.deviceId, keyVersion: null };
        });
        const stall = mayStall ? held : null;
        if (stall !== null) {
          held = null;
          await stall.arrive();
        }
        await pause();
        rows.push(...changes);
        rows.sort((a, b) => a.position - b.position);
        return { epoch, position: sequence, tag: batch.tag, floor: 0, accepted: changes.length, replayed: false };
      },
      async read(scope, { deviceId, after, limit }): Promise<LogPage> {
        const { epoch } = (await storage.changeLog.status(scope, 0)).head;
        const from = typeof after === 'object' && after !== null && !isPresentedPlace(after) ? after.position : 0;
        const found = rows.filter((row) => row.position > from && row.deviceId !== deviceId);
        const changes = found.slice(0, limit);
        const position = changes.at(-1)?.position ?? from;
        const next = { epoch, position, tag: 0, own: 0, floor: 0 };
        return { changes, next, hasMore: found.length > changes.length, lastPush: 0 };
      },
    };
    return { ...storage, changeLog };
  };
  const state = createMemoryState();
  return {
    storage: open(true),
    other: open(false),
    stall() {
      held = createStall();
      return held;
    },
    close: async () => {},
  };
};
