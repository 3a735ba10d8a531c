// Devices of the fleet test: writers, polling readers and probes of streams, who go on through every outage.
import { setTimeout as delay } from 'node:timers/promises';
import { createBatch, request } from '../crash/client.mjs';

const patience = 30_000;

/** The cursor in the `id:` of the last event that a text holds; null without one. */
const lastIdOf = (text) => [...text.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? null;

export const createFleetClient = ({ random, report }) => {
  let isWriting = true;
  let isReading = true;
  const answers = { unavailable: 0, refused: 0 };

  /** One request; null when there was no answer or a 503, which a client tries again. */
  const attempt = async (origin, method, path, options) => {
    let answer;
    try {
      answer = await request(origin, method, path, options);
    } catch {
      answers.refused += 1;
      return null;
    }
    if (answer.status === 503) {
      answers.unavailable += 1;
      if (!(Number(answer.retryAfter) >= 1)) report(`a 503 of ${path} has no Retry-After`);
      return null;
    }
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  /** Tries until it is answered, as a client does. */
  const persist = async (...call) => {
    const until = performance.now() + patience;
    for (;;) {
      const body = await attempt(...call);
      if (body !== null) return body;
      if (performance.now() > until) throw new Error(`${call[0]} did not recover within ${patience} ms.`);
      await delay(50);
    }
  };

  return {
    answers,

    /** Pushes one batch after the other. Mostly it insists; sometimes it gives up after one attempt. */
    async write({ name, token }, deviceId, origin) {
      const batches = [];
      while (isWriting) {
        const sent = { userName: name, batch: createBatch(deviceId, random), cursor: null };
        batches.push(sent);
        const insists = random.next() < 0.9;
        const call = [origin, 'POST', '/push', { token, body: sent.batch }];
        const body = await (insists ? persist(...call) : attempt(...call));
        if (body?.accepted !== undefined && body.accepted !== sent.batch.changes.length) {
          report(`batch ${sent.batch.batch_id} has ${body.accepted} accepted changes`);
        }
        sent.cursor = body?.cursor ?? null;
        await delay(20 + random.whole(60));
      }
      return batches;
    },

    /** Polls one server all the while and notes what comes, in order. */
    read({ token, readerId }, origin, ledger) {
      let cursor = null;
      const poll = async () => {
        const body = { device_id: readerId, cursor, rich: true, limit: 50 };
        const page = await persist(origin, 'POST', '/pull', { token, body });
        ledger.note(page.changes);
        cursor = page.cursor;
        return page.has_more;
      };
      const polling = (async () => {
        while (isReading) if (!(await poll())) await delay(5);
      })();
      return {
        ledger,
        async finish() {
          isReading = false;
          await polling;
          while (await poll());
        },
      };
    },

    /**
     * Pushes to one server and waits on the other one until a stream has announced it; the stream reconnects with the
     * last id that it was given. @returns the milliseconds that each announcement took.
     */
    async probe({ name, token, writerIds: [deviceId] }, from, to) {
      const leave = new AbortController();
      let lastId = null;
      let announce = () => {};
      let isOpen = () => {};
      const opened = new Promise((resolve) => {
        isOpen = resolve;
      });
      const follow = async () => {
        const headers = { authorization: `Bearer ${token}`, ...(lastId && { 'last-event-id': lastId }) };
        const { body, ok } = await fetch(`${to}/api/sync/subscribe`, { headers, signal: leave.signal });
        if (!ok) return;
        for await (const part of body) {
          const text = Buffer.from(part).toString();
          lastId = lastIdOf(text) ?? lastId;
          isOpen();
          if (text.includes('event: changed')) announce();
        }
      };
      const following = (async () => {
        // A lost connection is no news here: the announcements that are missing would be.
        for (; !leave.signal.aborted; await delay(50)) await follow().catch(() => {});
      })();
      await opened;
      const took = [];
      while (isWriting) {
        const heard = new Promise((resolve) => {
          announce = resolve;
        });
        const sentAt = performance.now();
        await persist(from, 'POST', '/push', { token, body: createBatch(deviceId, random) });
        const late = delay(patience, 'late', { ref: false });
        if ((await Promise.race([heard, late])) === 'late') report(`${name}: nobody announced a push to ${from}`);
        took.push(performance.now() - sentAt);
        // Longer than the pause between two events of one stream.
        await delay(120);
      }
      leave.abort();
      await following;
      return took;
    },

    stopWriting: () => {
      isWriting = false;
    },
    /** Until a server answers what needs the database. */
    untilServes: (origin, token) => persist(origin, 'GET', '/status', { token }),
  };
};
