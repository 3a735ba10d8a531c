import { type Clock, createCollection, digest, type Found, type Random, type Records, randomHex } from '@synckeep/core';
import { type UserRecord, userKind } from '../user-kind.js';
import { browserSessionKind } from './browser-session-kind.js';
import { toCookie } from './cookies.js';
import type { Place } from './place.js';

/** Seconds after which a browser has to sign in again. */
export const browserSessionLifetime = 14 * 24 * 60 * 60;

const cookieName = 'synckeep_browser';

export interface SignedIn {
  readonly user: Found<UserRecord>;
  /** Milliseconds since 1970. */
  readonly signedInAt: number;
}

/** Sign-ins of browsers to the pages. They prove nothing to the API, which takes tokens only. */
export interface BrowserSessions {
  /** null when nobody is signed in, or no longer. */
  find(cookies: ReadonlyMap<string, string>): Promise<SignedIn | null>;
  /**
   * Signs a browser in that has proved who it is for, second factor included. Ends what it was signed in as before.
   * @returns the cookie; null when the user is no longer as found.
   */
  open(user: Found<UserRecord>, cookies: ReadonlyMap<string, string>, place: Place): Promise<string | null>;
  /** Signs a browser out. @returns the cookie that removes its cookie */
  end(cookies: ReadonlyMap<string, string>, place: Place): Promise<string>;
}

export const createBrowserSessions = (deps: {
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
}): BrowserSessions => {
  const { records, clock, random } = deps;
  const sessions = createCollection(records, clock, browserSessionKind);
  const users = createCollection(records, clock, userKind);

  const removal = (cookies: ReadonlyMap<string, string>) => {
    const token = cookies.get(cookieName);
    return token === undefined ? [] : [sessions.delete(digest(token))];
  };
  const toOptions = ({ base, isSecure }: Place, maxAge: number) => ({ path: base || '/', maxAge, secure: isSecure });

  return {
    async find(cookies) {
      const token = cookies.get(cookieName);
      const session = token === undefined ? null : await sessions.get(digest(token));
      const user = session && (await users.get(session.value.userId));
      if (!user || user.value.disabled || user.value.generation !== session.value.generation) return null;
      return { user, signedInAt: session.value.signedInAt };
    },
    async open(user, cookies, place) {
      const token = randomHex(random, 32);
      const now = clock.now();
      const { generation } = user.value;
      const writes = [
        // Whoever disables or erases the user changes the record first: no session appears behind their back.
        users.check(user.key, user.version),
        ...removal(cookies),
        sessions.put(
          digest(token),
          { userId: user.key, generation, signedInAt: now },
          { condition: 'absent', expiresAt: now + browserSessionLifetime * 1000 },
        ),
      ];
      const { done } = await records.transact(writes, now);
      return done ? toCookie(cookieName, token, toOptions(place, browserSessionLifetime)) : null;
    },
    async end(cookies, place) {
      const writes = removal(cookies);
      if (writes.length > 0) await records.transact(writes, clock.now());
      return toCookie(cookieName, '', toOptions(place, 0));
    },
  };
};
