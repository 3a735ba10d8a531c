import { createMemoryState, createMemoryStorage } from '@synckeep/core/memory';
import { describeStorage, withFaults } from '@synckeep/testing';

describeStorage('memory', {
  open: async () => {
    const state = createMemoryState();
    const { storage, hold } = withFaults(createMemoryStorage({ state }));
    return {
      storage,
      other: createMemoryStorage({ state }),
      stall: () => hold('changeLog', 'append'),
      close: async () => {},
    };
  },
});
