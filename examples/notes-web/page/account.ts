import { beginRedirect, createHttpCalls, createOAuth, finishRedirect, type TokenAnswer } from '@synckeep/client';

/** What this page must know of its server. */
export interface Config {
  readonly apiKey: string;
  readonly demoUsers: readonly { readonly email: string; readonly password: string }[];
}

/** Whose notes this browser shows. The token is in the account's own store. */
export interface KnownAccount {
  readonly userId: string;
  /** What the person typed to log in; empty after a login on the server's page. */
  readonly email: string;
}

const key = 'notes.account';

export const knownAccount = (): KnownAccount | null => {
  const text = localStorage.getItem(key);
  return text === null ? null : JSON.parse(text);
};

export const rememberAccount = (account: KnownAccount): void => localStorage.setItem(key, JSON.stringify(account));

export const forgetAccount = (): void => localStorage.removeItem(key);

/** Another tab logged in or out: begin anew with what is true now. */
export const reloadWithOtherTabs = (): void => {
  addEventListener('storage', (event) => {
    if (event.key === key) location.reload();
  });
};

export const loadConfig = async (): Promise<Config> => (await fetch('./config.json')).json();

/** With e-mail address and password. @throws ApiError */
export const logIn = async ({ apiKey }: Config, email: string, password: string): Promise<TokenAnswer> => {
  const { call } = createHttpCalls({ url: location.origin, token: () => null });
  const { body } = await call('login', { body: { email, password, api_key: apiKey } });
  return { token: body.token, userId: body.user_id, appId: body.app_id, refreshToken: null };
};

const oauthOf = ({ apiKey }: Config) => createOAuth({ url: `${location.origin}/oauth`, apiKey });

/** Leaves for the sign-in page of the server, which comes back here. */
export const leaveToSignIn = (config: Config): Promise<void> =>
  beginRedirect(oauthOf(config), { redirectUri: `${location.origin}/` });

/** @returns null when this page was opened for another reason */
export const comeBack = (config: Config): Promise<TokenAnswer | null> => finishRedirect(oauthOf(config));
