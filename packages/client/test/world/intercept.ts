type Fetch = typeof globalThis.fetch;

export interface Intercepted {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Sends it to the server. */
  next(): Promise<Response>;
}

const parse = (body: RequestInit['body']): Readonly<Record<string, unknown>> =>
  typeof body === 'string' ? JSON.parse(body) : {};

/** A network that somebody stands in; `null` lets the request through. */
export const intercept =
  (fetch: Fetch, meddle: (request: Intercepted) => Promise<Response | null> | Response | null): Fetch =>
  async (input, init) => {
    const path = new URL(String(input)).pathname.replace('/api/sync', '');
    const next = () => fetch(input, init);
    return (await meddle({ path, body: parse(init?.body), next })) ?? next();
  };

export const refuse = (status: number, code: string, details: object = {}): Response =>
  Response.json({ error: code, code, details }, { status });

/** No answer at all. */
export const cut = (): never => {
  throw new TypeError('fetch failed');
};
