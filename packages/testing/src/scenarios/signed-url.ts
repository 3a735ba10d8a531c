import type { Fixture } from './fixture.js';
import { readBytes } from './transport.js';

export interface UrlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** A request to a signed URL, as a client without any token makes it. */
export const requestUrl = async (
  { transport }: Fixture,
  method: string,
  url: string,
  { body = null, headers = {} }: { body?: Uint8Array | null; headers?: Readonly<Record<string, string>> } = {},
): Promise<UrlAnswer> => {
  const { pathname, search } = new URL(url);
  const answer = await transport.send({ method, path: pathname, query: search.slice(1), headers, body });
  return { status: answer.status, headers: answer.headers, bytes: await readBytes(answer) };
};

export const putUrl = (
  fixture: Fixture,
  url: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
) => requestUrl(fixture, 'PUT', url, { body: bytes, headers: { 'content-length': String(bytes.length), ...headers } });

export const readUrl = (fixture: Fixture, url: string, headers: Readonly<Record<string, string>> = {}) =>
  requestUrl(fixture, 'GET', url, { headers });
