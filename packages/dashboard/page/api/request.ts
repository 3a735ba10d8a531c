import { ApiError, toApiError } from './api-error.js';
import { base } from './place.js';
import { type AnswerTo, type RequestTo, type RouteName, routes } from './routes.js';

export interface RequestOptions<N extends RouteName = RouteName> {
  readonly params?: Readonly<Record<string, string>>;
  /** Empty and missing values are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: RequestTo<N>;
  readonly signal?: AbortSignal;
}

/** The address of an operation, for requests and for links that download. */
export const toUrl = (
  name: RouteName,
  { params = {}, query = {} }: Pick<RequestOptions, 'params' | 'query'> = {},
): string => {
  const path = routes[name][1].replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const search = new URLSearchParams(given).toString();
  return `${base}/api${path}${search && `?${search}`}`;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Something before the server answered, for example a proxy.
    return null;
  }
};

/** Calls an operation of the admin API. @throws ApiError */
export const request = async <N extends RouteName>(name: N, options: RequestOptions<N> = {}): Promise<AnswerTo<N>> => {
  const method = routes[name][0];
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(toUrl(name, options), {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        // No form and no page of another origin can send this.
        ...(method !== 'GET' && { 'x-synckeep-admin': '1' }),
        ...(options.body && { 'content-type': 'application/json' }),
      },
      ...(options.body && { body: JSON.stringify(options.body) }),
      ...(options.signal && { signal: options.signal }),
    });
    text = await answer.text();
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError('The server could not be reached. Check the connection and try again.', { cause });
  }
  const body = text === '' ? null : parse(text);
  if (!answer.ok) throw toApiError(answer.status, answer.headers.get('x-request-id'), body);
  // The server checks its answers against the table from which this type is made.
  return body as AnswerTo<N>;
};
