import { randomUUID } from 'node:crypto';
import { type Account, password, type Serving } from './program.js';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly body: any;
}

/** Calls an operation of a running server. */
export const call = async (
  { url }: Pick<Serving, 'url'>,
  method: string,
  path: string,
  options: { token?: string; body?: unknown } = {},
): Promise<Answered> => {
  const answer = await fetch(`${url}/api/sync${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
};

/** What whatever an administrator changes must carry. */
export const ownPage = { 'x-synckeep-admin': '1' };

/** Calls the admin API as a page of the server does. */
export const callAdmin = async (
  { url }: Pick<Serving, 'url'>,
  method: string,
  path: string,
  { cookie, body, headers = ownPage }: { cookie?: string; body?: object; headers?: Record<string, string> } = {},
) => {
  const answer = await fetch(`${url}/api/admin${path}`, {
    method,
    headers: { ...headers, ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const [sent = ''] = (answer.headers.get('set-cookie') ?? '').split(';', 1);
  return { status: answer.status, cookie: sent, body: text === '' ? null : JSON.parse(text) };
};

/** What a set-up link holds. */
export const tokenOf = (link: string): string => /\/admin\/setup#token=([0-9a-f]{64})$/.exec(link)?.[1] ?? '';

export const logIn = (server: Pick<Serving, 'url'>, account: Account, secret = password): Promise<Answered> =>
  call(server, 'POST', '/auth', { body: { email: account.email, password: secret, api_key: account.apiKey } });

/** A logged-in device. */
export const join = async (server: Pick<Serving, 'url'>, account: Account, name: string) => {
  const { body } = await logIn(server, account);
  const token: string = body.token;
  const device = await call(server, 'POST', '/devices', { token, body: { device_name: name, platform: 'linux' } });
  const deviceId: string = device.body.id;
  return {
    token,
    deviceId,
    push: (data: string, on = server, rowId: string = randomUUID()) =>
      call(on, 'POST', '/push', {
        token,
        body: {
          device_id: deviceId,
          batch_id: randomUUID(),
          changes: [{ table: 'notes', op: 'insert', row_id: rowId, timestamp: '2026-03-13T10:05:00Z', data }],
        },
      }),
    status: (on = server) => call(on, 'GET', '/status', { token }),
  };
};

/** An open stream: waits for text, or for its end. */
export const subscribe = async ({ url }: Pick<Serving, 'url'>, token: string, query = '') => {
  const answer = await fetch(`${url}/api/sync/subscribe${query}`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200 || !answer.body) throw new Error(`subscribe answered ${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(wanted: string): Promise<void> {
      while (!text.includes(wanted)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The stream ended before it said ${wanted}.`);
        text += value;
      }
    },
    async untilEnd(): Promise<void> {
      while (!(await reader.read()).done);
    },
  };
};
