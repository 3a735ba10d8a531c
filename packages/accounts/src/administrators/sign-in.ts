import type { AdministratorCredentials, Found } from '@synckeep/core';
import { type ErrorCode, SyncError } from '@synckeep/protocol';
import type { LoginAudit } from '../login-audit.js';
import type { PasswordProof } from '../password-proof.js';
import type { SecondFactor } from '../second-factor/second-factor.js';
import type { UserRecord } from '../user-kind.js';
import type { Users } from '../users.js';
import type { AdminSessions } from './admin-sessions.js';
import type { Roles } from './roles.js';

export interface SignInDeps {
  readonly users: Users;
  readonly roles: Roles;
  readonly sessions: AdminSessions;
  readonly passwordProof: PasswordProof;
  readonly secondFactor: SecondFactor;
  readonly loginAudit: LoginAudit;
}

interface Opened {
  readonly user: Found<UserRecord>;
  readonly cookie: string;
}

const attempts = 5;

/** What the rows of the audit log say of such a login. */
export const adminLogin = { administrator: true };

/** Signs an administrator in, under the limits and in the time of any login (P-173). @throws SyncError */
export const createSignIn = (deps: SignInDeps): ((credentials: AdministratorCredentials) => Promise<Opened>) => {
  const { users, roles, sessions, passwordProof, secondFactor, loginAudit } = deps;

  /** null when meanwhile the user was disabled or given another password, or is no administrator. */
  const open = async (proved: Found<UserRecord>, credentials: AdministratorCredentials): Promise<Opened | null> => {
    const login = { userId: proved.key, appId: null, address: credentials.address };
    const entries = await loginAudit.success(login, adminLogin);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const [user, role] = await Promise.all([users.get(proved.key), roles.get(proved.key)]);
      if (user === null || user.value.disabled || user.value.passwordHash !== proved.value.passwordHash) return null;
      if (role === null) return null;
      const cookie = await sessions.open(credentials, user, role, entries);
      if (cookie !== null) return { user, cookie };
    }
    throw new SyncError('unavailable', { retryAfter: 1 });
  };

  /** What is wrong with the second factor of an administrator whose password is right; null when nothing is. */
  const refuseCode = async (userId: string, code: string | null): Promise<ErrorCode | null> => {
    if (!(await secondFactor.isOn(userId))) return null;
    if (code === null) return 'two_factor_required';
    return (await secondFactor.verify(userId, code)) ? null : 'invalid_second_factor';
  };

  return async (credentials) => {
    const { email, password, code, address } = credentials;
    const proved = await passwordProof.attempt({ email, password, address }, async (user, isProved) => {
      // Looked up whether or not there is such a user, so that the time does not tell.
      const role = await roles.get(user?.key ?? '');
      const isGood = isProved && user !== null && role !== null;
      const refused = isGood ? await refuseCode(user.key, code) : null;
      if (refused === 'two_factor_required') return { refused };
      const opened = isGood && !refused ? await open(user, credentials) : null;
      if (opened) return { opened };
      const failed = { userId: user?.key ?? null, appId: null, address };
      await loginAudit.failure(failed, user ? [users.check(user)] : [], adminLogin);
      return refused === null ? null : { refused };
    });
    if (proved === null) throw new SyncError('invalid_credentials');
    if ('refused' in proved) throw new SyncError(proved.refused);
    await passwordProof.succeeded(proved.opened.user.key, address);
    return proved.opened;
  };
};
