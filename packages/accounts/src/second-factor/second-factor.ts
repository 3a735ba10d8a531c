import {
  type Audit,
  type AuditOrigin,
  type Clock,
  createCollection,
  type Log,
  operator,
  type Random,
  type Records,
  type RecordWrite,
  type Secret,
  type Secrets,
} from '@synckeep/core';
import { AccountError } from '../account-error.js';
import type { FailedAttempts } from '../failed-attempts.js';
import { newestOf, openWith, type Sealed, sealWith } from '../sealing.js';
import { toUserOrigin } from '../user-origin.js';
import type { Users } from '../users.js';
import { createRecoveryCodes, isRecoveryCode, toRecoveryDigest } from './recovery-codes.js';
import { enrolmentKind, type SecondFactorRecord, secondFactorKind } from './second-factor-kind.js';
import { findStep, toBase32, toTotpUri, totpSecretBytes } from './totp.js';

/** Codes of an authenticator app (TOTP), and recovery codes for when it is lost. Each code works once. */
export interface SecondFactor {
  isOn(userId: string): Promise<boolean>;
  /** null when it is off. */
  describe(userId: string): Promise<{ readonly since: number; readonly recoveryCodesLeft: number } | null>;
  /**
   * Whether this is a TOTP or recovery code of the user that was not used before; it is used up then, durably. Also
   * false when the second factor is off.
   * @throws SyncError `rate_limited` after too many wrong TOTP codes of this user. Recovery codes are never limited
   * here, because nobody can guess one: so somebody who knows the password cannot keep the user out.
   */
  verify(userId: string, code: string): Promise<boolean>;
  /**
   * Makes a secret for an authenticator app and keeps it for 15 minutes. What was on before stays on until `confirm`.
   * @returns the secret in Base32, to be typed in, and as a URI for a QR code. @throws AccountError `unknown_user`
   */
  begin(userId: string): Promise<{ readonly uri: string; readonly secret: string }>;
  /**
   * Turns on what was begun, in place of what was on before. null when the code is wrong or nothing was begun.
   * @param address of the client, for the audit log.
   * @returns ten recovery codes, which nobody can ask for again. @throws SyncError `rate_limited` as `verify`
   */
  confirm(userId: string, code: string, address?: string | null): Promise<readonly string[] | null>;
  /** Ten new recovery codes; the old ones are worthless then. null when the second factor is off. */
  renewRecoveryCodes(userId: string, address?: string | null): Promise<readonly string[] | null>;
  /** Safe to repeat. @param origin whom the audit log names; the operator by default. */
  turnOff(userId: string, origin?: AuditOrigin): Promise<void>;
  /** Writes that remove everything of a user here, for the transaction that removes the user. */
  removal(userId: string): readonly RecordWrite[];
  /** Seals with `newest` what is sealed with any of `old`, so that those can be dropped. Safe to repeat. */
  reseal(newest: Secret, old: readonly Secret[]): Promise<void>;
}

export interface SecondFactorDeps {
  readonly records: Records;
  readonly users: Users;
  readonly secrets: Secrets;
  /** Counts wrong TOTP codes by user. */
  readonly failedCodes: FailedAttempts;
  /** What the authenticator app shows above the e-mail address. */
  readonly serviceName: string;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

const enrolmentLifetime = 15 * 60_000;
const page = 100;

const toPlace = (userId: string): string => `second-factor/${userId}`;
const isTotpCode = (code: string): boolean => /^[0-9]{6}$/.test(code);

export const createSecondFactor = (deps: SecondFactorDeps): SecondFactor => {
  const { records, users, secrets, failedCodes, serviceName, audit, clock, random, log } = deps;
  const factors = createCollection(records, clock, secondFactorKind);
  const enrolments = createCollection(records, clock, enrolmentKind);

  const toEntry = (action: string, userId: string, origin: AuditOrigin) =>
    audit.entry({ ...origin, action, appId: null, subject: { kind: 'user', id: userId } });

  const open = async (userId: string, sealed: Sealed): Promise<Uint8Array | null> => {
    const bytes = await openWith(secrets.list(), toPlace(userId), sealed);
    if (bytes === null)
      log.error({ userId }, 'A second factor cannot be opened: its signing secret is gone. Turn it off for the user.');
    return bytes;
  };

  const createRecovery = (userId: string) => {
    const codes = createRecoveryCodes(random);
    return { codes, recovery: codes.map((code) => toRecoveryDigest(userId, code)) };
  };

  /** What is left when the code is used; null when it cannot be. */
  const use = async (userId: string, factor: SecondFactorRecord, code: string): Promise<SecondFactorRecord | null> => {
    if (!isTotpCode(code)) {
      const used = toRecoveryDigest(userId, code);
      const recovery = factor.recovery.filter((candidate) => candidate !== used);
      return recovery.length === factor.recovery.length ? null : { ...factor, recovery };
    }
    const bytes = await open(userId, factor.sealed);
    const step = bytes && findStep(bytes, code, clock.now());
    return step === null || step <= factor.lastStep ? null : { ...factor, lastStep: step };
  };

  /** Writes what `change` makes of the factor as it is, as often as somebody else was faster. null when it makes nothing. */
  const revise = async (
    userId: string,
    change: (factor: SecondFactorRecord) => Promise<SecondFactorRecord | null>,
    ...entries: readonly RecordWrite[]
  ): Promise<true | null> => {
    for (;;) {
      const found = await factors.get(userId);
      const changed = found && (await change(found.value));
      if (!found || !changed) return null;
      const write = factors.put(userId, changed, { condition: found.version });
      if ((await records.transact([write, ...entries], clock.now())).done) return true;
    }
  };

  /** Counts a TOTP code against guessing. */
  const limited = <T>(userId: string, code: string, prove: () => Promise<T | null>): Promise<T | null> =>
    isTotpCode(code) ? failedCodes.attempt(userId, prove) : prove();

  const removal = (userId: string) => [factors.delete(userId), enrolments.delete(userId)];

  return {
    async isOn(userId) {
      return (await factors.get(userId)) !== null;
    },
    async describe(userId) {
      const found = await factors.get(userId);
      return found && { since: found.value.since, recoveryCodesLeft: found.value.recovery.length };
    },
    async verify(userId, text) {
      const code = text.replace(/\s/g, '');
      if (!isTotpCode(code) && !isRecoveryCode(code)) return false;
      const used = await limited(userId, code, () => revise(userId, (factor) => use(userId, factor, code)));
      return used !== null;
    },
    async begin(userId) {
      const user = await users.get(userId);
      if (user === null) throw new AccountError('unknown_user');
      const bytes = random.bytes(totpSecretBytes);
      const sealed = await sealWith(newestOf(secrets), toPlace(userId), bytes, random);
      const { done } = await records.transact(
        [
          users.checkPresent(userId),
          enrolments.put(userId, { sealed }, { expiresAt: clock.now() + enrolmentLifetime }),
        ],
        clock.now(),
      );
      if (!done) throw new AccountError('unknown_user');
      return { uri: toTotpUri(bytes, serviceName, user.value.email), secret: toBase32(bytes) };
    },
    async confirm(userId, text, address = null) {
      const code = text.replace(/\s/g, '');
      if (!isTotpCode(code)) return null;
      return limited(userId, code, async () => {
        const begun = await enrolments.get(userId);
        const bytes = begun && (await open(userId, begun.value.sealed));
        const step = bytes && findStep(bytes, code, clock.now());
        if (!begun || step === null) return null;
        const { codes, recovery } = createRecovery(userId);
        const factor = { sealed: begun.value.sealed, lastStep: step, recovery, since: clock.now() };
        const { done } = await records.transact(
          [
            // Whoever removes a user removes this too, and must not be overtaken.
            users.checkPresent(userId),
            enrolments.delete(userId, begun.version),
            factors.put(userId, factor),
            toEntry('second_factor.on', userId, toUserOrigin(userId, address)),
          ],
          clock.now(),
        );
        if (!done) return null;
        log.info({ userId }, 'second factor turned on');
        return codes;
      });
    },
    async renewRecoveryCodes(userId, address = null) {
      const { codes, recovery } = createRecovery(userId);
      const entry = toEntry('second_factor.recovery_codes', userId, toUserOrigin(userId, address));
      const changed = await revise(userId, async (factor) => ({ ...factor, recovery }), entry);
      return changed && codes;
    },
    async turnOff(userId, origin = operator) {
      const found = await factors.get(userId);
      if (found === null) return;
      const entry = toEntry('second_factor.off', userId, origin);
      // Of somebody who is being erased, the audit log gets no row any more.
      const { done } = await records.transact([users.checkPresent(userId), ...removal(userId), entry], clock.now());
      if (done) log.info({ userId }, 'second factor turned off');
    },
    removal,
    async reseal(newest, old) {
      for (const { id } of old) {
        for (let after: string | null = null; ; ) {
          const found: readonly { readonly key: string }[] = await factors.find('secret', id, { after, limit: page });
          for (const { key } of found) {
            await revise(key, async (factor) => {
              if (factor.sealed.secretId !== id) return null;
              const bytes = await openWith(old, toPlace(key), factor.sealed);
              return bytes && { ...factor, sealed: await sealWith(newest, toPlace(key), bytes, random) };
            });
          }
          after = found.at(-1)?.key ?? null;
          if (found.length < page) break;
        }
      }
    },
  };
};
