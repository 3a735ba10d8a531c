import type { Answer, BlobStore, Found, Storage } from '@synckeep/core';
import type { Accounts } from '../create-accounts.js';
import type { BrowserSessions } from '../pages/browser-sessions.js';
import { html } from '../pages/html.js';
import type { PageContent } from '../pages/layout.js';
import { toPage, toRedirect } from '../pages/page-answer.js';
import type { PageRequest } from '../pages/page-request.js';
import type { Place } from '../pages/place.js';
import type { UserRecord } from '../user-kind.js';
import type { Trouble } from './trouble.js';

export interface SelfServiceOptions {
  readonly accounts: Accounts;
  /** Of the server: to show, export and remove what a user stored. */
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  /** Erases a user with everything that the user stored, for the user at this address. */
  readonly eraseUser: (userId: string, address: string) => Promise<void>;
}

/** What every page here works with. */
export interface Context extends SelfServiceOptions {
  readonly place: Place;
  readonly browserSessions: BrowserSessions;
  /** The path of a page as browsers see it. */
  to(path: string): string;
  /** A page with the footer that all have; its status and headers say what is wrong. */
  show(content: PageContent, trouble?: Trouble | null, cookies?: readonly string[]): Answer;
  /** Lets somebody in who is signed in, and leads everybody else to the sign-in. */
  signedIn(request: PageRequest, answer: (user: Found<UserRecord>) => Promise<Answer>): Promise<Answer>;
}

export const createContext = (options: SelfServiceOptions, browserSessions: BrowserSessions, place: Place): Context => {
  const { serviceName } = options.accounts.parts;
  const to = (path: string): string => `${place.base}/account${path}`;
  return {
    ...options,
    place,
    browserSessions,
    to,
    show: (content, trouble = null, cookies = []) =>
      toPage(
        { footer: html`${serviceName} · ${new URL(place.origin).host}`, ...content },
        {
          status: trouble?.status ?? 200,
          cookies,
          headers: trouble?.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) },
        },
      ),
    async signedIn(request, answer) {
      const found = await browserSessions.find(request.cookies);
      return found === null ? toRedirect(to('/sign-in')) : answer(found.user);
    },
  };
};
