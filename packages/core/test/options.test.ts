import { createSyncServer, OptionsError, type SyncServerOptions } from '@synckeep/core';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { describe, expect, it } from 'vitest';

const good: SyncServerOptions = {
  storage: createMemoryStorage(),
  blobStore: createMemoryBlobStore({ baseUrl: () => 'http://127.0.0.1/api/sync' }),
  notifier: createMemoryNotifier(),
  authenticator: { authenticate: async () => null, isCurrent: async () => false },
  login: null,
  rateLimiter: 'off',
};

const refuse = (change: Readonly<Record<string, unknown>>) => {
  const options = { ...good, ...change } as SyncServerOptions;
  try {
    createSyncServer(options);
  } catch (error) {
    if (error instanceof OptionsError) return error.message;
    throw error;
  }
  throw new Error('The options were accepted.');
};

describe('the options of createSyncServer', () => {
  it('are accepted when each part is what it says', async () => {
    await createSyncServer(good).close();
  });

  it('name an unknown option and those that exist', () => {
    expect(refuse({ rateLimter: 'off' })).toMatch(/no option rateLimter; the options are .*rateLimiter/);
  });

  it('name a missing part and its methods', () => {
    expect(refuse({ notifier: undefined })).toContain(
      'notifier: must be a Notifier: an object with publish, subscribe',
    );
  });

  it('say how to go without rate limits', () => {
    expect(refuse({ rateLimiter: undefined })).toContain('rateLimiter: must be a RateLimiter, or "off"');
  });

  it('name a rate limit that does not exist', () => {
    expect(refuse({ rateLimits: { pushes: { burst: 1, perSecond: 1 } } })).toContain('rateLimits');
  });

  it('refuse a limit that is no number of bytes', () => {
    expect(refuse({ bytesLimit: -1 })).toContain('bytesLimit');
  });
});
