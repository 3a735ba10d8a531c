import {
  type Broadcast,
  createBroadcastNotifier,
  type Log,
  type Notifier,
  type Observer,
  systemClock,
  systemRandom,
  withDeadline,
} from '@synckeep/core';
import type { RedisHandle } from './handle.js';
import { toSubscriber } from './subscriber.js';

export interface RedisNotifierOptions {
  /** Publishes; a connection like it is made for listening. It stays the host's: `close` leaves it open. */
  readonly redis: RedisHandle;
  /** One for each installation, because all databases of a Redis server share their channels; `synckeep` when left out. */
  readonly channel?: string;
  /** Hears of listeners that threw, of news that could not be sent, of lost connections and of texts by others. */
  readonly log?: Log;
  /** Hear how long news took to come back to this process, while it listens. */
  readonly observer?: Observer | readonly Observer[];
}

/** Longer than any batch. Bytes. */
const longestText = 256 * 1024;

const longestSend = 5_000;

const createBroadcast = (redis: RedisHandle, channel: string): Broadcast => ({
  async send(texts) {
    const sent = Promise.all(texts.map((text) => redis.publish(channel, text)));
    await withDeadline(systemClock, longestSend, 'Redis did not answer within 5 s.', sent);
  },

  listen({ hear, lose }) {
    const subscriber = toSubscriber(redis);
    subscriber.on('error', lose);
    subscriber.on('end', () => lose(new Error('Redis has ended the connection.')));
    subscriber.on('message', (_, text) => hear(text));
    const begin = async (): Promise<void> => {
      await subscriber.connect();
      await subscriber.subscribe(channel);
    };
    return { ready: begin(), check: () => subscriber.ping(), close: async () => subscriber.disconnect() };
  },
});

/** News between processes by Redis' publish and subscribe. */
export const createRedisNotifier = ({ redis, channel = 'synckeep', log, observer }: RedisNotifierOptions): Notifier =>
  createBroadcastNotifier({
    broadcast: createBroadcast(redis, channel),
    longestText,
    clock: systemClock,
    random: systemRandom,
    ...(log && { log }),
    ...(observer && { observer }),
  });
