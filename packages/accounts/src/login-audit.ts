import type { Audit, AuditEntry, Clock, RateLimiter, RecordPut, Records, RecordWrite } from '@synckeep/core';
import { createMemoryRateLimiter } from '@synckeep/core/memory';
import type { RateLimit } from '@synckeep/protocol';

/** Rows of failed logins of one process: half a million a year, whoever guesses as fast as he may. The rest is counted. */
const failures: RateLimit = { burst: 100, perSecond: 1 / 60 };
/** Rows of logins, and of their ends, of one user. */
const logins: RateLimit = { burst: 60, perSecond: 1 / 60 };

type LoginTry = Pick<AuditEntry, 'appId' | 'address'> & { readonly userId: string | null };
type Details = NonNullable<AuditEntry['details']>;

/** Rows of logins in the audit log, bounded, because anybody can make as many as the rate limits let through. */
export interface LoginAudit {
  /** The row of a login, to be written with its session; none when the user logs in too often. */
  success(login: LoginTry, details?: Details): Promise<readonly RecordPut[]>;
  /** The row of a login that its app ended, or that ended because a code or token was used twice; bounded likewise. */
  end(login: LoginTry, details?: Details): Promise<readonly RecordPut[]>;
  /**
   * Writes the row of a failed login; `guards` must hold for it to name the user and the app. Nothing at all is written
   * while there are too many; the next row says how many were left out.
   */
  failure(login: LoginTry, guards: readonly RecordWrite[], details?: Details): Promise<void>;
}

export const createLoginAudit = (deps: {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
}): LoginAudit => {
  const { records, audit, clock } = deps;
  const limiter: RateLimiter = createMemoryRateLimiter(clock);
  let leftOut = 0;

  const toSubject = (userId: string | null) => (userId === null ? null : { kind: 'user', id: userId });

  const toFailure = ({ userId, ...where }: LoginTry, details: Details, left: number) =>
    audit.entry({
      ...where,
      action: 'login.fail',
      actor: { kind: 'user', id: null },
      subject: toSubject(userId),
      details: left === 0 ? details : { ...details, left_out: left },
    });

  const toRow = async (
    action: 'login' | 'login.end',
    login: LoginTry,
    details: Details,
  ): Promise<readonly RecordPut[]> => {
    const { userId, ...where } = login;
    const { allowed } = await limiter.take(action, userId ?? '', logins);
    const actor = { kind: 'user', id: userId } as const;
    return allowed ? [audit.entry({ ...where, action, actor, subject: toSubject(userId), details })] : [];
  };

  return {
    success: (login, details = {}) => toRow('login', login, details),
    end: (login, details = {}) => toRow('login.end', login, details),
    async failure(login, guards, details = {}) {
      const { allowed } = await limiter.take('failure', '', failures);
      if (!allowed) {
        leftOut += 1;
        return;
      }
      const left = leftOut;
      leftOut = 0;
      const { done } = await records.transact([...guards, toFailure(login, details, left)], clock.now());
      if (done) return;
      // User or app were changed or erased meanwhile: a row that names them could outlive the erasing.
      await records.transact([toFailure({ ...login, userId: null, appId: null }, details, left)], clock.now());
    },
  };
};
