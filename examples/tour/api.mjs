// Calls the server, prints what goes to and fro, and checks status and shape of each answer.

const shorten = (value) => (value.length > 40 ? `${value.slice(0, 16)}…` : value);

/** Tokens, keys and signed URLs are long and, outside of a tour, secret. */
const toPrintable = (name, value) => {
  if (name === 'token' || name === 'api_key') return shorten(value);
  return typeof value === 'string' && /^https?:.*signature=/.test(value) ? `${value.split('?', 1)[0]}?…` : value;
};

const indent = (text) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

const printBody = (body) => {
  if (body !== undefined && body !== null) console.log(indent(JSON.stringify(body, toPrintable, 2)));
};

export const title = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 90 - text.length))}\n`);
export const say = (text) => console.log(`${text}\n`);

/** `check(answer body, path)` throws when the shape is another one. */
export const createApi = (origin, prefix = '/api/sync') => ({
  async call(method, path, { token, body, status, shape }) {
    console.log(`→ ${method} ${prefix}${path}`);
    if (token) console.log(`    Authorization: Bearer ${shorten(token)}`);
    printBody(body);
    const answer = await fetch(origin + prefix + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = text === '' ? null : JSON.parse(text);
    console.log(`← ${answer.status}`);
    printBody(parsed);
    console.log();
    if (answer.status !== status)
      throw new Error(`${method} ${path} should answer ${status}, but answered ${answer.status}.`);
    shape(parsed, `the answer of ${method} ${path}`);
    return parsed;
  },

  async put(url, bytes) {
    console.log(`→ PUT ${url.split('?', 1)[0]}?…\n    ${bytes.length} bytes`);
    const answer = await fetch(url, { method: 'PUT', body: bytes });
    await answer.arrayBuffer();
    console.log(`← ${answer.status}\n`);
    if (!answer.ok) throw new Error(`The upload should be accepted, but was answered ${answer.status}.`);
  },

  async get(url) {
    console.log(`→ GET ${url.split('?', 1)[0]}?…`);
    const answer = await fetch(url);
    const bytes = Buffer.from(await answer.arrayBuffer());
    console.log(`← ${answer.status}\n    ${bytes.length} bytes\n`);
    if (answer.status !== 200) throw new Error(`The download should answer 200, but answered ${answer.status}.`);
    return bytes;
  },

  /** Opens a stream; `next(name)` resolves with the data of the next event of that name. */
  async subscribe(token, query) {
    console.log(`→ GET ${prefix}/subscribe${query}\n    Authorization: Bearer ${shorten(token)}`);
    const answer = await fetch(`${origin}${prefix}/subscribe${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const type = answer.headers.get('content-type') ?? '';
    console.log(`← ${answer.status} ${type}\n`);
    if (answer.status !== 200 || !type.startsWith('text/event-stream'))
      throw new Error('subscribe should answer a stream of events.');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffer = '';
    const nextBlock = async () => {
      while (!buffer.includes('\n\n')) {
        const { done, value } = await reader.read();
        if (done) throw new Error('The stream ended before its event came.');
        buffer += value;
      }
      const end = buffer.indexOf('\n\n');
      const block = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      return block;
    };
    const fieldOf = (block, name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
    return {
      /** The stream is open when its first block has come. */
      opened: () => nextBlock(),
      async next(name) {
        for (;;) {
          const block = await nextBlock();
          if (fieldOf(block, 'event') !== name) continue;
          console.log(`← event on the stream\n${indent(block)}\n`);
          return JSON.parse(fieldOf(block, 'data') ?? '');
        }
      },
      close: () => reader.cancel(),
    };
  },
});
