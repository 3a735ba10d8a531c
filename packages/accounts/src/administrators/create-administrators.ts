import type {
  Administrator,
  AdministratorLogin,
  Administrators,
  Audit,
  AuditOrigin,
  Clock,
  Found,
  ListedAdministrator,
  Log,
  Random,
  RecordPut,
  Records,
  RecordWrite,
} from '@synckeep/core';
import { adminScopes, SyncError } from '@synckeep/protocol';
import { orRefusal } from '../account-refusal.js';
import type { NewUser, NewUsers } from '../new-users.js';
import type { UserRecord } from '../user-kind.js';
import { createAdminSessions } from './admin-sessions.js';
import type { Role } from './roles.js';
import { createSetupLinks } from './setup-links.js';
import { adminLogin, createSignIn, type SignInDeps } from './sign-in.js';

/** Built-in users as administrators (P-170, P-172 to P-176). */
export interface BuiltInAdministrators extends Administrators, AdministratorLogin {
  has(userId: string): Promise<boolean>;
  /** Whether the user is an administrator and nobody else could sign in as one. */
  isLast(userId: string): Promise<boolean>;
  /** The token of a new link that makes the first administrator; null when there is one. Those made before work on. */
  createSetupToken(): Promise<string | null>;
}

interface AdministratorsDeps extends Omit<SignInDeps, 'sessions'> {
  readonly records: Records;
  readonly newUsers: NewUsers;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What browsers call this server: whether cookies are for TLS only follows from it. */
  readonly publicUrl: () => string;
}

const toAdministrator = ({ key, value: { email } }: Found<UserRecord>): Administrator => ({
  ...{ id: key, name: email, email, scopes: adminScopes },
});

const toListed = (role: Pick<Role, 'value'>, user: Found<UserRecord>): ListedAdministrator => ({
  id: user.key,
  email: user.value.email,
  createdAt: role.value.since,
});

export const createAdministrators = (deps: AdministratorsDeps): BuiltInAdministrators => {
  const { records, users, roles, newUsers, loginAudit, audit, clock, random, log } = deps;
  const sessions = createAdminSessions(deps);
  const setupLinks = createSetupLinks(records, clock, random);
  const signIn = createSignIn({ ...deps, sessions });

  const toEntry = (action: string, userId: string, origin: AuditOrigin): RecordPut =>
    audit.entry({ ...origin, action, appId: null, subject: { kind: 'user', id: userId } });

  /** @returns whether the user was none before. @throws SyncError `user_not_found` */
  const grant = async (userId: string, origin: AuditOrigin): Promise<boolean> => {
    for (;;) {
      const guard = await roles.guard();
      const [user, role] = await Promise.all([users.get(userId), roles.get(userId)]);
      if (!user) throw new SyncError('user_not_found');
      if (role) return false;
      const writes = [guard, users.check(user), roles.toPut(userId), toEntry('administrator.add', userId, origin)];
      if ((await records.transact(writes, clock.now())).done) return true;
    }
  };

  /** Makes a new user with the role, at one moment. @param toOthers asked for after the guard, for each attempt */
  const create = async (
    user: NewUser,
    origin: AuditOrigin,
    toOthers: () => Promise<readonly RecordWrite[]>,
  ): Promise<void> => {
    for (;;) {
      const guard = await roles.guard();
      const writes = [guard, roles.toPut(user.key), ...(await toOthers())];
      const entries = ['user.create', 'administrator.add'].map((action) => toEntry(action, user.key, origin));
      if (await orRefusal(users.add(user.key, user.value, [...writes, ...entries]))) return;
    }
  };

  /** What uses the link up. @throws SyncError `setup_link_used`, `invalid_setup_link` */
  const toUse = async (token: string): Promise<readonly RecordWrite[]> => {
    if (await roles.isAny()) throw new SyncError('setup_link_used');
    const use = await setupLinks.use(token);
    if (use === null) throw new SyncError('invalid_setup_link');
    return [use];
  };

  const show = async (userId: string): Promise<ListedAdministrator> => {
    const [role, user] = await Promise.all([roles.get(userId), users.get(userId)]);
    if (!role || !user) throw new SyncError('unavailable', { retryAfter: 1 });
    return toListed(role, user);
  };

  return {
    async authenticate(request) {
      const user = await sessions.find(request);
      return user && toAdministrator(user);
    },
    needsSetup: async () => !(await roles.isAny()),
    async signIn(credentials) {
      const { user, cookie } = await signIn(credentials);
      return { administrator: toAdministrator(user), cookies: [cookie] };
    },
    async signOut(request) {
      const user = await sessions.find(request);
      const login = user && { userId: user.key, appId: null, address: request.address };
      return [await sessions.end(request, user, login ? await loginAudit.end(login, adminLogin) : [])];
    },
    async setUp({ token, ...request }) {
      // Before the password is looked at, which takes its time: this may be asked by anybody.
      await toUse(token);
      const made = await orRefusal(newUsers.prepare(request.email, request.password));
      const actor = { kind: 'administrator', id: made.key } as const;
      await create(made, { actor, address: request.address }, () => toUse(token));
      await setupLinks.endAll();
      log.info({ userId: made.key }, 'first administrator made');
      const { user, cookie } = await signIn({ ...request, code: null });
      return { administrator: toAdministrator(user), cookies: [cookie] };
    },
    list: async (page) => (await roles.list(page)).map(([role, user]) => toListed(role, user)),
    async add(who, origin) {
      const made = 'userId' in who ? null : await orRefusal(newUsers.prepare(who.email, who.password));
      if (made) await create(made, origin, async () => []);
      const userId = 'userId' in who ? who.userId : (made?.key ?? '');
      const isNew = made !== null || (await grant(userId, origin));
      if (isNew) log.info({ userId }, 'administrator added');
      await setupLinks.endAll();
      return { administrator: await show(userId), isNew };
    },
    async remove(userId, origin) {
      for (;;) {
        const guard = await roles.guard();
        const role = await roles.get(userId);
        if (!role) return false;
        if (!(await roles.isAnyBeside(userId))) throw new SyncError('last_administrator');
        const writes = [guard, roles.toDelete(role), toEntry('administrator.remove', userId, origin)];
        if ((await records.transact(writes, clock.now())).done) break;
      }
      await sessions.endAllOf(userId);
      log.info({ userId }, 'administrator removed');
      return true;
    },
    has: async (userId) => (await roles.get(userId)) !== null,
    isLast: async (userId) => (await roles.get(userId)) !== null && !(await roles.isAnyBeside(userId)),
    createSetupToken: async () => ((await roles.isAny()) ? null : setupLinks.create()),
  };
};
