import {
  type Administrator,
  type AdministratorLogin,
  type Administrators,
  type AdminRequest,
  type Clock,
  type ListedAdministrator,
  type Random,
  randomHex,
  randomUuid,
} from '@synckeep/core';
import { adminScopes, SyncError } from '@synckeep/protocol';

/** The administrators of one test. */
export interface TestAdministrators extends Administrators, AdministratorLogin {
  /** Headers of a page that somebody is signed in to as an administrator with these scopes; all of them unless said. */
  signedIn(scopes?: Administrator['scopes']): Readonly<Record<string, string>>;
}

/** What makes the first administrator, and signs them in afterwards. */
export const setUpSample = {
  token: 'canary-set-up-link',
  email: 'first@example.com',
  password: 'canary-password-of-an-administrator',
} as const;

/** What a page of the server sends with whatever it changes (P-171). */
export const ownPage = { 'x-synckeep-admin': '1' } as const;

const name = 'synckeep_admin';
const gone = `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;

/** Administrators in memory, with a set-up link that `setUpSample` knows. */
export const createTestAdministrators = (clock: Clock, random: Random): TestAdministrators => {
  const listedById = new Map<string, ListedAdministrator & { readonly password: string | null }>();
  const sessionsByToken = new Map<string, Administrator>();

  const toToken = (request: AdminRequest) => /synckeep_admin=(\w+)/.exec(request.header('cookie') ?? '')?.[1] ?? '';

  const open = (administrator: Administrator) => {
    const token = randomHex(random, 16);
    sessionsByToken.set(token, administrator);
    return { administrator, cookies: [`${name}=${token}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict`] };
  };
  const toAdministrator = ({ id, email }: ListedAdministrator) => ({ id, email, name: email, scopes: adminScopes });
  const put = (id: string, email: string, password: string | null) => {
    const listed = { id, email, createdAt: clock.now(), password };
    listedById.set(id, listed);
    return listed;
  };

  return {
    authenticate: async (request) => sessionsByToken.get(toToken(request)) ?? null,
    needsSetup: async () => listedById.size === 0,
    async signIn({ email, password }) {
      const found = [...listedById.values()].find((each) => each.email === email && each.password === password);
      if (!found) throw new SyncError('invalid_credentials');
      return open(toAdministrator(found));
    },
    async signOut(request) {
      sessionsByToken.delete(toToken(request));
      return [gone];
    },
    async setUp({ token, email, password }) {
      if (listedById.size > 0) throw new SyncError('setup_link_used');
      if (token !== setUpSample.token) throw new SyncError('invalid_setup_link');
      return open(toAdministrator(put(randomUuid(random), email, password)));
    },
    list: async ({ after, limit }) =>
      [...listedById.values()]
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    async add(who) {
      if (!('userId' in who)) return { administrator: put(randomUuid(random), who.email, who.password), isNew: true };
      const known = listedById.get(who.userId);
      return { administrator: known ?? put(who.userId, `${who.userId}@example.com`, null), isNew: !known };
    },
    async remove(id) {
      if (!listedById.has(id)) return false;
      if (listedById.size === 1) throw new SyncError('last_administrator');
      return listedById.delete(id);
    },
    signedIn(scopes = adminScopes) {
      const id = randomUuid(random);
      const { cookies } = open({ id, email: null, name: 'of a test', scopes });
      return { cookie: cookies[0]?.split(';', 1)[0] ?? '', ...ownPage };
    },
  };
};
