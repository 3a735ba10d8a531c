import { createMemoryBlobStore, createMemoryStorage } from '@synckeep/core/memory';
import { describeMoving } from '@synckeep/testing';

const openEnd = () => ({
  storage: createMemoryStorage(),
  blobStore: createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync' }),
});

describeMoving('memory → memory', {
  open: async () => ({ from: openEnd(), to: openEnd(), close: async () => {} }),
});
