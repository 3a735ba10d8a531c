import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { createVirtualClock, describeRateLimiter } from '@synckeep/testing';

describeRateLimiter('memory', {
  open: async () => {
    const clock = createVirtualClock();
    return {
      limiter: createMemoryRateLimiter(clock),
      pass: async (milliseconds) => clock.advance(milliseconds),
      close: async () => {},
    };
  },
});
