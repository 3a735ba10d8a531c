import { createRouteFetch, describeBlobStore } from '@synckeep/testing';
import { openStage } from './stage.js';

describeBlobStore('filesystem', {
  async open() {
    const { store, clock } = await openStage();
    return {
      store,
      fetch: createRouteFetch(store),
      now: clock.now,
      pass: async (milliseconds) => {
        clock.time += milliseconds;
      },
      close: async () => {},
    };
  },
});
