import { describe, expect, it } from 'vitest';
import { blobs } from '../src/scenarios/same-answers/blobs.js';
import { checkSameAnswers, playCore } from '../src/scenarios/same-answers/compare.js';
import { methods } from '../src/scenarios/same-answers/methods.js';
import { type OpenTransport, openDispatch, type WireAnswer } from '../src/scenarios/transport.js';

/** A binding that spoils what the core answered. */
const spoiled =
  (spoil: (answer: WireAnswer) => WireAnswer): OpenTransport =>
  async (server) => {
    const transport = await openDispatch(server);
    return { ...transport, send: async (request) => spoil(await transport.send(request)) };
  };

async function* addTo(body: WireAnswer['body']): AsyncGenerator<Uint8Array> {
  yield* body;
  yield Uint8Array.of(10);
}

const faults: Readonly<Record<string, (answer: WireAnswer) => WireAnswer>> = {
  'answers another status': (answer) => ({ ...answer, status: answer.status === 405 ? 404 : answer.status }),
  'adds a header': (answer) => ({ ...answer, headers: { ...answer.headers, 'x-powered-by': 'somebody' } }),
  'loses a header': ({ headers: { allow: _, 'accept-ranges': __, ...headers }, ...answer }) => ({ ...answer, headers }),
  'changes a header': (answer) => ({ ...answer, headers: { ...answer.headers, 'cache-control': 'private' } }),
  'states a wrong length': (answer) => ({ ...answer, headers: { ...answer.headers, 'content-length': '7' } }),
  'ends a body with a line break': (answer) => ({ ...answer, body: addTo(answer.body) }),
};

describe('the comparison of answers', () => {
  it.each(Object.entries(faults))('sees a binding that %s', async (_name, spoil) => {
    for (const script of [methods, blobs]) {
      const core = await playCore(script);
      await expect(checkSameAnswers(core, spoiled(spoil), script)).rejects.toThrow();
      await checkSameAnswers(
        core,
        spoiled((answer) => ({ ...answer, headers: { ...answer.headers, date: 'now' } })),
        script,
      );
    }
  });
});
