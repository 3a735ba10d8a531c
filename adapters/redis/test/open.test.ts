import { openRedis } from '@synckeep/redis/open';
import { expect, it } from 'vitest';

it.each(['', 'localhost:6379', 'http://localhost', 'redis://', 'redis://localhost/notes'])(
  'refuses "%s" as the URL of a Redis server in one sentence',
  async (wrong) => {
    await expect(openRedis(wrong)).rejects.toThrow(/^The URL of a Redis server begins with redis:\/\/[^\n]*$/);
  },
);
