import type { ApiCalls } from '../api/call.js';
import { isApiError } from '../api/error.js';
import { ClientError } from '../client/client-error.js';
import type { LocalStore } from '../store/local-store.js';
import type { Session } from '../sync/ports.js';
import type { OAuth, TokenAnswer } from './oauth.js';

export interface Account {
  readonly userId: string;
  readonly appId: string;
}

export interface ClientSession extends Session {
  /** null when nobody is logged in. */
  readonly account: Account | null;
  /** Reads who was logged in when the program last ran. */
  restore(): Promise<void>;
  /** With e-mail and password (P-10). @throws ApiError `invalid_credentials`, `two_factor_required` and others */
  logIn(credentials: { readonly email: string; readonly password: string }): Promise<Account>;
  /** With what a login elsewhere answered: OAuth, or a host's own users. @throws ClientError `other_account` */
  adopt(answer: TokenAnswer): Promise<Account>;
  /** Forgets the token. Rows and unsent changes stay for the next login of the same person. */
  logOut(): Promise<void>;
}

interface SessionDocument extends Account {
  /** null after a logout: the store still belongs to this account. */
  readonly token: string | null;
  readonly refreshToken: string | null;
}

export interface SessionOptions {
  readonly store: LocalStore;
  readonly call: ApiCalls;
  readonly oauth: OAuth;
  readonly apiKey: string;
  readonly now: () => number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The claims of a JWT, unverified; null for a token that is none. */
export const readClaims = (token: string): { readonly iat: number; readonly exp: number } | null => {
  const [, payload] = token.split('.');
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    if (!isRecord(claims)) return null;
    const { iat, exp } = claims;
    return typeof iat === 'number' && typeof exp === 'number' ? { iat, exp } : null;
  } catch {
    return null;
  }
};

export const createSession = ({ store, call, oauth, apiKey, now }: SessionOptions): ClientSession => {
  const listeners = new Set<() => void>();
  let known: SessionDocument | null = null;

  const save = async (next: SessionDocument): Promise<void> => {
    for (;;) {
      const { revision } = await store.document('session');
      if (await store.commit({ documents: [{ key: 'session', text: JSON.stringify(next), revision }] })) break;
    }
    known = next;
  };

  const announce = (): void => {
    for (const listener of listeners) listener();
  };

  const adopt = async ({ token, userId, appId, refreshToken }: TokenAnswer): Promise<Account> => {
    if (known !== null && (known.userId !== userId || known.appId !== appId)) {
      const message = 'The local store belongs to another account. Open a store of its own for each account.';
      throw new ClientError('other_account', message);
    }
    await save({ token, userId, appId, refreshToken });
    announce();
    return { userId, appId };
  };

  /** Whether a token that could not be exchanged may still be used. */
  const isAlive = (token: string): boolean => {
    const claims = readClaims(token);
    return claims !== null && claims.exp * 1000 > now();
  };

  return {
    get account() {
      return known?.token ? { userId: known.userId, appId: known.appId } : null;
    },
    token: () => known?.token ?? null,
    isDue() {
      const claims = known?.token ? readClaims(known.token) : null;
      return claims !== null && now() > ((claims.iat + claims.exp) / 2) * 1000;
    },
    async restore() {
      const { text } = await store.document('session');
      known = text === null ? null : JSON.parse(text);
    },
    async logIn({ email, password }) {
      const { body } = await call('login', { body: { email, password, api_key: apiKey } });
      return adopt({ token: body.token, userId: body.user_id, appId: body.app_id, refreshToken: null });
    },
    adopt,
    async logOut() {
      if (known === null) return;
      await save({ ...known, token: null, refreshToken: null });
      announce();
    },
    async renew(signal) {
      // Another tab may have renewed it meanwhile.
      const { text } = await store.document('session');
      const stored: SessionDocument | null = text === null ? null : JSON.parse(text);
      if (stored?.token && stored.token !== known?.token) {
        known = stored;
        return true;
      }
      if (known === null || known.token === null) return false;
      const { token, refreshToken } = known;
      try {
        if (refreshToken !== null) await save({ ...known, ...(await oauth.refresh(refreshToken, signal)) });
        else await save({ ...known, token: (await call('renewToken', { signal })).body.token });
        return true;
      } catch (error) {
        if (isApiError(error, 'login_disabled')) return isAlive(token);
        if (isApiError(error, 'invalid_token', 'missing_token', 'invalid_credentials')) return false;
        throw error;
      }
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
