import type { AnswerOf, OperationName } from '@synckeep/protocol';
import { type CallInput, type Fixture, type openFixture, toWireRequest } from '../fixture.js';
import { toReply } from '../reply.js';
import type { WireAnswer, WireRequest } from '../transport.js';
import type { ReadAnswer } from '../wire-check.js';

/** One request whose answer is recorded. Titles are unique in a script; the first word is the operation, or the method. */
export type Ask = (title: string, request: WireRequest) => Promise<ReadAnswer>;

export interface Stage {
  readonly fixture: Fixture;
  readonly ask: Ask;
  /** For an answer that the script reads by itself. */
  record(title: string, answer: Pick<WireAnswer, 'status' | 'headers'>, body: string): void;
}

/**
 * A list of requests. It runs once for each binding, and must send the same ones each time: in order, from seeded
 * randomness and virtual time alone.
 */
export interface Script {
  readonly run: (stage: Stage) => Promise<void>;
  readonly options?: Parameters<typeof openFixture>[1];
}

/** Asks for an operation and reads its answer; a refusal fails the test. */
export const askFor = async <N extends OperationName>(
  ask: Ask,
  name: N,
  what: string,
  input: CallInput = {},
): Promise<AnswerOf<N>> => toReply(name, await ask(`${name} ${what}`, toWireRequest(name, input))).ok();

/** A request to a signed URL. */
export const toSigned = (method: string, url: string, extra: Partial<WireRequest> = {}): WireRequest => {
  const { pathname, search } = new URL(url);
  return { method, path: pathname, query: search.slice(1), ...extra };
};

/** The same bytes, as somebody with a slow line sends them. */
export async function* inParts(text: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
