import type { Storage } from '@synckeep/core';
import { describeStorage } from '@synckeep/testing';
import { afterAll } from 'vitest';
import { startPostgres } from './database.js';
import { openStorages } from './opened.js';
import { createScope, newBatch, register } from './samples.js';

const server = await startPostgres();
afterAll(() => server.stop());

/** Every push has another log's push beside it, so that they share a call. */
const accompany = async (storage: Storage): Promise<Storage> => {
  const scope = createScope();
  const device = await register(storage, scope);
  const { append } = storage.changeLog;
  return {
    ...storage,
    changeLog: {
      ...storage.changeLog,
      async append(...push) {
        const beside = append(scope, newBatch(device));
        const [pushed] = await Promise.allSettled([append(...push), beside]);
        await beside;
        if (pushed.status === 'rejected') throw pushed.reason;
        return pushed.value;
      },
    },
  };
};

describeStorage('postgres, pushes that share a call', {
  open: async () => {
    const opened = await openStorages(server);
    return { ...opened, storage: await accompany(opened.storage), other: await accompany(opened.other) };
  },
});
