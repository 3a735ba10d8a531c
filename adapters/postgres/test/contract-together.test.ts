import type { Storage } from '@synckeep/core';
import { describeStorage } from '@synckeep/testing';
import { afterAll } from 'vitest';
import { startPostgres } from './database.js';
import { openStorages } from './opened.js';
import { createScope, newBatch, register } from './samples.js';

const server = await startPostgres();
afterAll(() => server.stop());

/** Every push has another log's push beside it, so that they share a call. `beside` counts those, which are none of the contract's. */
const accompany = async (storage: Storage, beside: { changes: number; dataBytes: number }): Promise<Storage> => {
  const scope = createScope();
  const device = await register(storage, scope);
  const { append } = storage.changeLog;
  return {
    ...storage,
    async totals(activeSince) {
      const totals = await storage.totals(activeSince);
      const { changes, dataBytes } = totals;
      return { ...totals, changes: changes - beside.changes, dataBytes: dataBytes - beside.dataBytes };
    },
    changeLog: {
      ...storage.changeLog,
      async append(...push) {
        const batch = newBatch(device);
        const another = append(scope, batch);
        const [pushed] = await Promise.allSettled([append(...push), another]);
        await another;
        beside.changes += batch.changes.length;
        for (const { data } of batch.changes) beside.dataBytes += Buffer.byteLength(data ?? '');
        if (pushed.status === 'rejected') throw pushed.reason;
        return pushed.value;
      },
    },
  };
};

describeStorage('postgres, pushes that share a call', {
  open: async () => {
    const opened = await openStorages(server);
    const beside = { changes: 0, dataBytes: 0 };
    const [storage, other] = [await accompany(opened.storage, beside), await accompany(opened.other, beside)];
    return { ...opened, storage, other };
  },
});
