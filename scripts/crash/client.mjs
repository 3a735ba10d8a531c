// Clients of the crash test: they push batches until the server is gone and remember what was acknowledged.
import { randomUUID } from 'node:crypto';

/** A small generator of random numbers (mulberry32), so that a round can be described by its seed. */
export const createRandom = (seed) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, whole: (below) => Math.floor(next() * below) };
};

/** @returns status, body and Retry-After (null without one); throws when there is no answer. */
export const request = async (origin, method, path, { token, body } = {}) => {
  const answer = await fetch(`${origin}/api/sync${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const retryAfter = answer.headers.get('retry-after');
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), retryAfter };
};

const must = async (...call) => {
  const { status, body } = await request(...call);
  if (status >= 300) throw new Error(`${call[1]} ${call[2]} answered ${status} ${JSON.stringify(body)}`);
  return body;
};

/** A user's writers, and one device that only reads. */
export const joinDevices = async (origin, credentials, writers) => {
  const { token } = await must(origin, 'POST', '/auth', { body: credentials });
  const register = async (name) =>
    (await must(origin, 'POST', '/devices', { token, body: { device_name: name, platform: 'linux' } })).id;
  const writerIds = [];
  for (let index = 0; index < writers; index += 1) writerIds.push(await register(`writer ${index}`));
  return { token, writerIds, readerId: await register('reader') };
};

export const createBatch = (deviceId, random) => {
  const batchId = randomUUID();
  // Mostly small ones, now and then a full one: the longer a commit, the likelier it is hit.
  const size = random.next() < 0.1 ? 500 : 1 + random.whole(40);
  const changes = Array.from({ length: size }, (_, index) => ({
    table: 'crash',
    op: 'insert',
    row_id: `${batchId}/${index}`,
    timestamp: '2026-03-13T10:05:00.123456789Z',
    data: `${batchId}:${index}:${'x'.repeat(random.whole(400))}`,
  }));
  return { device_id: deviceId, batch_id: batchId, changes };
};

export const push = (origin, token, batch) => request(origin, 'POST', '/push', { token, body: batch });

/** Pushes one batch after the other until the server is gone; some twice at once. Every batch lands in `batches`. */
export const pushUntilGone = async (origin, token, deviceId, random, batches, isOver) => {
  while (!isOver()) {
    const sent = { batch: createBatch(deviceId, random), cursor: null };
    batches.push(sent);
    const attempts = random.next() < 0.2 ? 2 : 1;
    const settled = await Promise.allSettled(Array.from({ length: attempts }, () => push(origin, token, sent.batch)));
    for (const { status, value } of settled) {
      if (status === 'rejected') continue;
      // 503 says that nothing is known to be stored; anything else but success is a defect.
      if (value.status === 503) continue;
      if (value.status !== 200) throw new Error(`A push was answered ${value.status} ${JSON.stringify(value.body)}`);
      if (sent.cursor !== null && sent.cursor !== value.body.cursor) throw new Error('One batch has two cursors.');
      sent.cursor = value.body.cursor;
    }
  }
};

/** Every change after a cursor, with positions. */
export const pullAll = async (origin, token, deviceId, from) => {
  const changes = [];
  for (let cursor = from; ; ) {
    const page = await must(origin, 'POST', '/pull', { token, body: { device_id: deviceId, cursor, rich: true } });
    changes.push(...page.changes);
    cursor = page.cursor;
    if (!page.has_more) return { changes, cursor };
  }
};

export const readStatus = (origin, token) => must(origin, 'GET', '/status', { token });
