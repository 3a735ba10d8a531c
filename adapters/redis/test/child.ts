import { Redis } from 'ioredis';
import { createRedisNotifier } from '../src/notifier.js';
import { createRedisRateLimiter } from '../src/rate-limiter.js';

/** A process of its own: `child.mjs URL CHANNEL PREFIX`. It publishes, takes ten times, prints how often it was allowed, and ends. */
const [url = '', channel = '', prefix = ''] = process.argv.slice(2);
const redis = new Redis(url);
const notifier = createRedisNotifier({ redis, channel });
notifier.publish({ topic: 'keys', scope: { appId: crypto.randomUUID(), userId: crypto.randomUUID() } });
notifier.publish({ topic: 'access' });
await notifier.close();
const limiter = createRedisRateLimiter({ redis, prefix });
let allowed = 0;
for (let call = 0; call < 10; call++) {
  if ((await limiter.take('login', 'somebody', { burst: 15, perSecond: 0.001 })).allowed) allowed++;
}
process.stdout.write(String(allowed));
redis.disconnect();
