import { createMemoryBlobStore } from '@synckeep/core/memory';
import { createRouteFetch, createVirtualClock, describeBlobStore } from '@synckeep/testing';

describeBlobStore('memory', {
  open: async () => {
    const clock = createVirtualClock();
    const store = createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync', clock });
    return {
      store,
      fetch: createRouteFetch(store),
      now: clock.now,
      pass: async (milliseconds) => clock.advance(milliseconds),
      close: async () => {},
    };
  },
});
