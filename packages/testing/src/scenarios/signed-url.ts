import type { Fixture } from './fixture.js';
import { publicUrl } from './setup.js';
import { readBytes } from './transport.js';

export interface UrlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** Whether the server serves the URL itself, not an object store elsewhere. */
export const isOwnUrl = (url: string): boolean => url.startsWith(`${publicUrl}/`);

/** A request to a signed URL, as a client without any token makes it. */
export const requestUrl = async (
  { transport, fetchUrl }: Fixture,
  method: string,
  url: string,
  { body = null, headers = {} }: { body?: Uint8Array | null; headers?: Readonly<Record<string, string>> } = {},
): Promise<UrlAnswer> => {
  if (!isOwnUrl(url)) {
    const answer = await fetchUrl(url, { method, headers: { ...headers }, body: body && Uint8Array.from(body) });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), bytes };
  }
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
