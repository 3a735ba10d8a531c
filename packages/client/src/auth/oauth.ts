import { ApiError } from '../api/error.js';
import { ClientError } from '../client/client-error.js';
import { createPkce, type Pkce } from './pkce.js';

/** What a login answers, whichever way it went. */
export interface TokenAnswer {
  readonly token: string;
  readonly userId: string;
  readonly appId: string;
  /** Gets further tokens; null where there is none. */
  readonly refreshToken: string | null;
}

/** A login that was begun: keep it until the browser comes back. */
export interface PendingLogin extends Pkce {
  readonly redirectUri: string;
}

export interface OAuth {
  /** @returns where to send the browser, and what to keep for `finish` */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly pending: PendingLogin }>;
  /**
   * @param answer the query that the browser came back with
   * @throws ClientError `login_canceled` when the person refused, `login_failed` when the answer is not of this login
   */
  finish(answer: URLSearchParams, pending: PendingLogin): Promise<TokenAnswer>;
  /** @throws ApiError `invalid_token` when the refresh token has ended */
  refresh(refreshToken: string, signal: AbortSignal): Promise<TokenAnswer>;
}

export interface OAuthOptions {
  /** Below which `/authorize` and `/token` are, such as `https://sync.example.com/oauth`. */
  readonly url: string;
  readonly apiKey: string;
  readonly fetch?: typeof globalThis.fetch;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const textOf = (body: Readonly<Record<string, unknown>>, name: string): string => {
  const value = body[name];
  if (typeof value === 'string') return value;
  throw new ClientError('login_failed', `The answer of the login has no ${name}.`);
};

const toAnswer = (body: unknown): TokenAnswer => {
  if (!isRecord(body)) throw new ClientError('login_failed', 'The login was not answered with JSON.');
  return {
    token: textOf(body, 'access_token'),
    userId: textOf(body, 'user_id'),
    appId: textOf(body, 'app_id'),
    refreshToken: typeof body['refresh_token'] === 'string' ? body['refresh_token'] : null,
  };
};

/** OAuth2 authorization code with PKCE: no secret is in the client, and no password passes through it. */
export const createOAuth = ({ url, apiKey, fetch = globalThis.fetch }: OAuthOptions): OAuth => {
  const exchange = async (form: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<TokenAnswer> => {
    let response: Response;
    try {
      response = await fetch(`${url}/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: apiKey, ...form }),
        ...(signal && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ApiError('unreachable', { message: 'The server did not answer.', status: 0, cause: error });
    }
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return toAnswer(body);
    const isRefused = response.status === 400 || response.status === 401;
    const code = isRefused ? 'invalid_token' : response.status === 429 ? 'rate_limited' : 'unavailable';
    throw new ApiError(code, { message: 'The login was refused. Log in again.', status: response.status, cause: body });
  };

  return {
    async begin(redirectUri) {
      const pkce = await createPkce();
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: apiKey,
        redirect_uri: redirectUri,
        scope: 'openid offline_access',
        state: pkce.state,
        code_challenge: pkce.challenge,
        code_challenge_method: 'S256',
        prompt: 'consent',
      });
      return { url: `${url}/authorize?${query}`, pending: { ...pkce, redirectUri } };
    },
    async finish(answer, pending) {
      if (answer.get('state') !== pending.state) {
        throw new ClientError('login_failed', 'This answer belongs to another login. Begin again.');
      }
      const code = answer.get('code');
      if (code === null) {
        const isCanceled = answer.get('error') === 'access_denied';
        const message = answer.get('error_description') ?? 'The login was not completed.';
        throw new ClientError(isCanceled ? 'login_canceled' : 'login_failed', message);
      }
      return exchange({
        grant_type: 'authorization_code',
        code,
        redirect_uri: pending.redirectUri,
        code_verifier: pending.verifier,
      });
    },
    refresh: (refreshToken, signal) => exchange({ grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
  };
};
