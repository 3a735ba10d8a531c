import type { OAuth, PendingLogin, TokenAnswer } from './oauth.js';

const storageKey = 'synckeep.login';

export interface RedirectOptions {
  /** A page of this origin that the app has registered. */
  readonly redirectUri: string;
  readonly storage?: Storage;
  readonly location?: Location;
}

/** Leaves the page for the login of the server; the page at `redirectUri` calls `finishRedirect`. */
export const beginRedirect = async (
  oauth: OAuth,
  { redirectUri, storage = sessionStorage, location = globalThis.location }: RedirectOptions,
): Promise<void> => {
  const { url, pending } = await oauth.begin(redirectUri);
  storage.setItem(storageKey, JSON.stringify(pending));
  location.assign(url);
};

/** @returns null when this page was not opened by a login of ours that has come back */
export const finishRedirect = async (
  oauth: OAuth,
  { storage = sessionStorage, location = globalThis.location, history = globalThis.history } = {},
): Promise<TokenAnswer | null> => {
  const answer = new URL(location.href).searchParams;
  const text = storage.getItem(storageKey);
  if (text === null || !answer.has('state')) return null;
  storage.removeItem(storageKey);
  // The code works once; it must not stay in the address, where a reload would send it again.
  history.replaceState(null, '', location.pathname);
  const pending: PendingLogin = JSON.parse(text);
  return oauth.finish(answer, pending);
};
