import {
  type App,
  type AppAdministration,
  type Authenticator,
  type Clock,
  type Collection,
  type Found,
  isKeyAlive,
  type Login,
  type Notifier,
} from '@synckeep/core';
import { type ErrorCode, limits, SyncError } from '@synckeep/protocol';
import type { LoginAudit } from './login-audit.js';
import type { PasswordProof } from './password-proof.js';
import type { SecondFactor } from './second-factor/second-factor.js';
import type { OpenedSession, Sessions } from './sessions.js';
import type { Tokens } from './tokens.js';
import type { UserRecord } from './user-kind.js';
import type { Users } from './users.js';

export interface LoginDeps {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly authenticator: Authenticator;
  readonly passwordProof: PasswordProof;
  readonly secondFactor: SecondFactor;
  readonly apps: Pick<AppAdministration, 'findByKey'>;
  readonly appRecords: Collection<App>;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly loginAudit: LoginAudit;
}

interface Opened extends OpenedSession {
  readonly user: UserRecord;
}

const week = limits.tokenLifetime;
const openAttempts = 5;

const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

export const createLogin = (deps: LoginDeps): Login => {
  const { users, sessions, tokens, authenticator, apps, appRecords, notifier, clock } = deps;
  const { passwordProof, secondFactor, loginAudit } = deps;

  /** null when meanwhile the user was disabled, removed or given another password, or the API key went out of use. */
  const open = async (
    proved: Found<UserRecord>,
    appId: string,
    keyGeneration: number,
    address: string | null,
  ): Promise<Opened | null> => {
    const entries = await loginAudit.success({ userId: proved.key, appId, address });
    for (let attempt = 0; attempt < openAttempts; attempt += 1) {
      const [user, app] = await Promise.all([users.get(proved.key), appRecords.get(appId)]);
      if (user === null || user.value.disabled || user.value.passwordHash !== proved.value.passwordHash) return null;
      if (app === null || !isKeyAlive(app.value, keyGeneration, clock.now())) return null;
      const opened = await sessions.open(user, app, entries);
      if (opened === null) continue;
      if (opened.ended > 0) notifier.publish({ topic: 'access' });
      return { ...opened, user: user.value };
    }
    throw new SyncError('unavailable', { retryAfter: 1 });
  };

  /** The row names user and app as long as they are as they were found. */
  const auditFailure = (user: Found<UserRecord> | null, app: App | undefined, address: string | null): Promise<void> =>
    loginAudit.failure({ userId: user?.key ?? null, appId: app?.id ?? null, address }, [
      ...(user ? [users.check(user)] : []),
      ...(app ? [appRecords.check(app.id, 'present')] : []),
    ]);

  /** What is wrong with the second factor of a user whose password is right; null when nothing is. */
  const refuseCode = async (userId: string, code: string | null): Promise<ErrorCode | null> => {
    if (!(await secondFactor.isOn(userId))) return null;
    if (code === null) return 'two_factor_required';
    return (await secondFactor.verify(userId, code)) ? null : 'invalid_second_factor';
  };

  return {
    async login({ email, password, apiKey, key, code, address }) {
      const proved = await passwordProof.attempt({ email, password, address }, async (user, isProved) => {
        const found = await apps.findByKey(apiKey);
        const isGood = isProved && user !== null && found !== null;
        const refused = isGood ? await refuseCode(user.key, code) : null;
        if (refused === 'two_factor_required') return { refused };
        const opened = isGood && !refused ? await open(user, found.app.id, found.keyGeneration, address) : null;
        if (opened && found) return { opened, keyGeneration: found.keyGeneration };
        await auditFailure(user, found?.app, address);
        return refused === null ? null : { refused };
      });
      if (proved === null) throw new SyncError('invalid_credentials');
      if ('refused' in proved) throw new SyncError(proved.refused);

      const { opened, keyGeneration } = proved;
      const { userId, appId, createdAt } = opened.session;
      await passwordProof.succeeded(userId, address);
      const issuedAt = toSeconds(createdAt);
      const token = await tokens.sign({
        sub: userId,
        app: appId,
        iat: issuedAt,
        exp: issuedAt + week,
        ...(key === null ? {} : { key }),
        ugen: opened.user.generation,
        kgen: keyGeneration,
        sid: opened.id,
      });
      return { token, userId, appId };
    },

    async renew(token) {
      const claims = await tokens.verify(token);
      const session = claims && (await authenticator.authenticate(token)) && (await sessions.get(claims.sid));
      if (!claims || !session) throw new SyncError('invalid_token');
      const same = { token, userId: claims.sub, appId: claims.app };
      const issuedAt = toSeconds(clock.now());
      if (issuedAt < (claims.iat + claims.exp) / 2) return same;
      const expiresAt = Math.min(issuedAt + week, toSeconds(session.endsAt));
      // At the end of the session there is nothing left to gain.
      if (expiresAt <= claims.exp) return same;
      const isExtended = await sessions.extend(claims.sid, session, expiresAt * 1000);
      if (!isExtended) throw new SyncError('invalid_token');
      return { ...same, token: await tokens.sign({ ...claims, iat: issuedAt, exp: expiresAt }) };
    },

    verifyPassword: (userId, password) => passwordProof.verify(userId, password),

    async endSessions(ended) {
      await sessions.end(ended);
      notifier.publish({ topic: 'access' });
    },
  };
};
