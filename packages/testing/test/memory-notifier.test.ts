import { createMemoryNotifier } from '@synckeep/core/memory';
import { describeNotifier } from '@synckeep/testing';

describeNotifier('memory', {
  open: async () => {
    const notifier = createMemoryNotifier();
    return { notifier, other: notifier, commit: async () => {}, close: async () => {} };
  },
});
