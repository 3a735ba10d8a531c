import type { WireAnswer } from './transport.js';

/** One block of a `text/event-stream`. */
export interface StreamItem {
  readonly event: string | null;
  readonly data: string | null;
  readonly id: string | null;
  readonly retry: string | null;
  readonly comment: string | null;
}

const parseBlock = (block: string): StreamItem => {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    const name = at < 0 ? line : line.slice(0, at);
    fields.set(name, at < 0 ? '' : line.slice(at + 1).replace(/^ /, ''));
  }
  const field = (name: string) => fields.get(name) ?? null;
  return { event: field('event'), data: field('data'), id: field('id'), retry: field('retry'), comment: field('') };
};

async function* itemsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamItem> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield parseBlock(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

/** A subscription as a client reads it, who never leaves anything unread. */
export interface EventStream {
  readonly headers: Readonly<Record<string, string>>;
  /** The next event; comments and hints are passed over. null: the stream has ended. */
  nextEvent(): Promise<StreamItem | null>;
  /** Every event until the next keepalive, so also the proof that there was none. */
  eventsUntilKeepalive(): Promise<readonly StreamItem[]>;
  /** The first item that matches, of any sort. */
  find(matches: (item: StreamItem) => boolean): Promise<StreamItem | null>;
  close(): void;
}

export type PassTime = <T>(pending: Promise<T>) => Promise<T>;

const signal = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

/**
 * @param passTime lets virtual time pass until what is awaited has come
 * @param leave gives the connection up
 */
export const createEventStream = (answer: WireAnswer, passTime: PassTime, leave: () => void): EventStream => {
  const waiting: StreamItem[] = [];
  let hasEnded = false;
  let news = signal();

  const pump = async (): Promise<void> => {
    try {
      for await (const item of itemsOf(answer.body)) {
        waiting.push(item);
        news.resolve();
      }
    } catch {
      // A connection that breaks is one way for a stream to end.
    }
    hasEnded = true;
    news.resolve();
  };
  void pump();

  const next = async (): Promise<StreamItem | null> => {
    while (waiting.length === 0 && !hasEnded) {
      news = signal();
      await passTime(news.promise);
    }
    return waiting.shift() ?? null;
  };
  const find = async (matches: (item: StreamItem) => boolean): Promise<StreamItem | null> => {
    let item = await next();
    while (item !== null && !matches(item)) item = await next();
    return item;
  };

  return {
    headers: answer.headers,
    find,
    nextEvent: () => find((item) => item.event !== null),
    async eventsUntilKeepalive() {
      const events: StreamItem[] = [];
      for (let item = await next(); item?.comment !== 'keepalive'; item = await next()) {
        if (item === null) throw new Error('The stream ended before a keepalive.');
        if (item.event !== null) events.push(item);
      }
      return events;
    },
    close: leave,
  };
};
