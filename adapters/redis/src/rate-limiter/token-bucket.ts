import { createHash } from 'node:crypto';
import type { RateLimit } from '@synckeep/protocol';
import type { RedisHandle } from '../handle.js';

/**
 * A bucket is the text "tokens time", where time is when it held that many, in milliseconds by the clock of the server.
 * It is gone as soon as it is full again. The third argument is how many to take; a negative one gives back.
 */
const script = `
local burst, perMillisecond, count = tonumber(ARGV[1]), tonumber(ARGV[2]) / 1000, tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local tokens = burst
local kept = redis.call('GET', KEYS[1])
if kept then
  local left, at = string.match(kept, '^(%S+) (%S+)$')
  tokens = math.min(burst, tonumber(left) + math.max(0, now - tonumber(at)) * perMillisecond)
end
if tokens < count - 0.000001 then
  return { 0, string.format('%.17g', tokens) }
end
tokens = math.min(burst, math.max(0, tokens - count))
if tokens < burst then
  local untilFull = math.min(1e15, math.ceil((burst - tokens) / perMillisecond))
  redis.call('SET', KEYS[1], string.format('%.17g %.17g', tokens, now), 'PX', string.format('%.0f', untilFull))
else
  redis.call('DEL', KEYS[1])
end
return { 1, string.format('%.17g', tokens) }
`;

const digest = createHash('sha1').update(script).digest('hex');

const runScript = async (redis: RedisHandle, key: string, args: readonly number[]): Promise<unknown> => {
  try {
    return await redis.evalsha(digest, 1, key, ...args);
  } catch (error) {
    // A server that was started anew, or another one than before, does not know the script yet.
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(script, 1, key, ...args);
  }
};

/** Takes `count` from a bucket if it holds as many, in one step of the server; `tokens` are left. */
export const takeTokens = async (
  redis: RedisHandle,
  key: string,
  { burst, perSecond }: RateLimit,
  count: 1 | -1,
): Promise<{ readonly allowed: boolean; readonly tokens: number }> => {
  const reply = await runScript(redis, key, [burst, perSecond, count]);
  if (!Array.isArray(reply)) throw new Error('Redis gave no answer of the script.');
  return { allowed: Number(reply[0]) === 1, tokens: Number(reply[1]) };
};
