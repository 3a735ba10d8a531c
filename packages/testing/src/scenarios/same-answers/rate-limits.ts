import { createMemoryRateLimiter } from '@synckeep/core/memory';
import type { Script } from './script.js';

export const rateLimits: Script = {
  options: (clock) => ({
    options: {
      rateLimiter: createMemoryRateLimiter(clock),
      rateLimits: { public: { burst: 2, perSecond: 0.1 }, read: { burst: 2, perSecond: 0.1 } },
    },
  }),
  async run({ fixture: f, ask }) {
    const { token } = await f.caller();
    for (const n of [1, 2, 3]) {
      await ask(`limits for the ${n}. time`, { method: 'GET', path: '/api/sync/limits' });
      const headers = { authorization: `Bearer ${token}` };
      await ask(`status for the ${n}. time`, { method: 'GET', path: '/api/sync/status', headers });
    }
    f.clock.advance(10_000);
    await ask('limits after a rest', { method: 'GET', path: '/api/sync/limits' });
  },
};
