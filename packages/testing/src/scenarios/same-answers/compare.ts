import { expect } from 'vitest';
import { openFixture } from '../fixture.js';
import { type OpenTransport, openDispatch, readBytes, type WireAnswer, type WireRequest } from '../transport.js';
import type { Script } from './script.js';

/**
 * Headers that belong to a transport: when it answered, and how it frames a body and keeps its connection. `Content-Length`
 * is one of them unless the core states it, as for a download; it must be right in any case.
 */
const transportHeaders = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

export interface Recorded {
  readonly title: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A character for each byte, so that a failure can be read. */
  readonly body: string;
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const play = async (open: OpenTransport, { run, options = {} }: Script): Promise<readonly Recorded[]> => {
  const { fixture, close } = await openFixture({ open }, options);
  const recorded: Recorded[] = [];
  const record = (title: string, { status, headers }: Pick<WireAnswer, 'status' | 'headers'>, body: string): void => {
    recorded.push({ title, status, headers, body });
  };
  const ask = async (title: string, request: WireRequest) => {
    const answer = await fixture.transport.send(request);
    const text = toText(await readBytes(answer));
    // Nobody sends the body of an answer to HEAD, though the core makes one.
    record(title, answer, request.method === 'HEAD' ? '' : text);
    return { status: answer.status, headers: answer.headers, text };
  };
  await run({ fixture, ask, record });
  await close();
  return recorded;
};

/** What must be the same as the core has it. `stated` are the headers of the core itself. */
const toComparable = ({ headers, ...answer }: Recorded, stated: Recorded['headers']) => ({
  ...answer,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !transportHeaders.has(name))
      .filter(([name]) => name !== 'content-length' || stated['content-length'] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
});

const checkLength = ({ title, headers, body }: Recorded, core: Recorded): void => {
  const length = headers['content-length'];
  if (length === undefined || core.headers['content-length'] !== undefined || title.startsWith('HEAD')) return;
  expect(length, title).toBe(String(body.length));
};

/** What the core itself answers to a script. */
export const playCore = (script: Script): Promise<readonly Recorded[]> => play(openDispatch, script);

/** Fails unless a binding answers a script as the core does. */
export const checkSameAnswers = async (
  core: readonly Recorded[],
  open: OpenTransport,
  script: Script,
): Promise<void> => {
  const recorded = await play(open, script);
  expect(recorded.map(({ title }) => title)).toEqual(core.map(({ title }) => title));
  for (const [n, answer] of recorded.entries()) {
    const expected = core[n] ?? answer;
    expect(toComparable(answer, expected.headers)).toEqual(toComparable(expected, expected.headers));
    checkLength(answer, expected);
  }
};
