import type { AnswerOf } from '@synckeep/protocol';
import { isErrorCode, prefixes } from '@synckeep/protocol/constants';
import type { ApiCallInput, ApiCalls } from './call.js';
import { ApiError } from './error.js';
import { type ClientOperation, routes } from './routes.js';
import { fitsShape } from './shape.js';

export interface HttpCallsOptions {
  /** Where the server is: its origin, or the whole prefix where it is mounted elsewhere than at /api/sync. */
  readonly url: string;
  /** The token of the session, or null for a call without one. */
  readonly token: () => string | null;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds after which an answer that did not come counts as none; a stream only until it begins. */
  readonly timeout?: number;
}

export interface HttpCalls {
  readonly call: ApiCalls;
  /**
   * Makes a request of an operation and gives back what came, refused or not; for streams.
   * @throws ApiError `unreachable` when nothing came
   */
  open<N extends ClientOperation>(name: N, input: ApiCallInput<N>): Promise<Response>;
}

/** The prefix of an address without a path is the usual one. */
export const toBase = (url: string): string => {
  const { origin, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  return origin + (path === '' ? prefixes[0] : path);
};

const toPath = (path: string, params: object): string => {
  const values = new Map<string, unknown>(Object.entries(params));
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name) ?? '')));
};

const toQuery = (query: object): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const unexpected = (status: number, cause: unknown): ApiError =>
  new ApiError('unexpected_answer', {
    message: 'What answered is not a Synckeep server, or a proxy stands between.',
    status,
    cause,
  });

const readJson = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch (error) {
    throw unexpected(response.status, error);
  }
};

/** The refusal that an answer stands for (P-4). */
export const toRefusal = async (response: Response): Promise<ApiError> => {
  const body = await readJson(response).catch(() => null);
  const code = isRecord(body) && typeof body['code'] === 'string' ? body['code'] : '';
  if (!isRecord(body) || !isErrorCode(code)) return unexpected(response.status, body);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(code, {
    message: String(body['error']),
    status: response.status,
    ...(isRecord(body['details']) && { details: body['details'] }),
    ...(Number.isFinite(seconds) && { retryAfter: seconds }),
  });
};

/** That the shape of an operation's answer makes it the table's answer is what the table means, so the casts stand here alone. */
const readBody = async <N extends ClientOperation>(name: N, response: Response): Promise<AnswerOf<N>> => {
  const shape = routes[name].answers[response.status];
  if (shape === null) return null as AnswerOf<N>;
  if (shape === undefined || shape === 'stream') throw unexpected(response.status, null);
  const body = await readJson(response);
  if (!fitsShape(body, shape)) throw unexpected(response.status, null);
  return body as AnswerOf<N>;
};

/** Calls over `fetch`, one function for the whole table of operations. */
export const createHttpCalls = ({
  url,
  token,
  fetch = globalThis.fetch,
  timeout = 60_000,
}: HttpCallsOptions): HttpCalls => {
  const base = toBase(url);

  const open: HttpCalls['open'] = async (name, { params = {}, query = {}, body, headers = {}, signal }) => {
    const operation = routes[name];
    const bearer = operation.access === 'public' ? null : token();
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(new Error(`No answer within ${timeout} ms.`)), timeout);
    try {
      return await fetch(base + toPath(operation.path, params) + toQuery(query), {
        method: operation.method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      const message = 'The server did not answer. Check the address and the connection.';
      throw new ApiError('unreachable', { message, status: 0, cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  const call: ApiCalls = async (name, input = {}) => {
    const response = await open(name, input);
    if (!response.ok) throw await toRefusal(response);
    return { status: response.status, headers: response.headers, body: await readBody(name, response) };
  };

  return { call, open };
};
