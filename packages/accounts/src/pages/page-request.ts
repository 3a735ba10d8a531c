import type { Answer, Call } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import { readCookies } from './cookies.js';

/** A request of a browser. */
export interface PageRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base of the place. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  /** What was posted; empty for GET. */
  readonly form: URLSearchParams;
  /** The client's address. */
  readonly address: string;
  header(name: string): string | undefined;
}

/** A page, by the path below the base. `{name}` stands for one segment. */
export interface PageRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  answer(request: PageRequest, params: Readonly<Record<string, string>>): Promise<Answer>;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws SyncError `body_too_large`, or `unsupported_media_type` and `invalid_text` for what no form of a browser sends. */
export const readForm = async (call: Call): Promise<URLSearchParams> => {
  const type = call.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const bytes = await call.body.bytes(limits.bytesPerBody);
  if (bytes.length > 0 && type !== 'application/x-www-form-urlencoded') throw new SyncError('unsupported_media_type');
  try {
    return new URLSearchParams(utf8.decode(bytes));
  } catch (cause) {
    throw new SyncError('invalid_text', { cause });
  }
};

/** @throws SyncError as `readForm` */
export const toPageRequest = async (call: Call, method: 'GET' | 'POST'): Promise<PageRequest> => ({
  method,
  path: call.path,
  query: new URLSearchParams(call.query),
  cookies: readCookies(call.header('cookie')),
  form: method === 'POST' ? await readForm(call) : new URLSearchParams(),
  address: call.address,
  header: (name) => call.header(name),
});
