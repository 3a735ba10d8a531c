import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouteFetch, describeBlobStore } from '@synckeep/testing';
import { openStage } from './stage.js';

describeBlobStore('filesystem', {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'synckeep-filesystem-'));
    const { store, clock } = await openStage(folder);
    return {
      store,
      fetch: createRouteFetch(store),
      now: clock.now,
      pass: async (milliseconds) => {
        clock.time += milliseconds;
      },
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
});
