import type { AuditOrigin } from '../administration/audit.js';
import type { FindOptions } from './records.js';

/** A user as an administrator sees one. */
export interface DirectoryUser {
  /** A UUID. */
  readonly id: string;
  readonly email: string;
  readonly isDisabled: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When it was proved that the user reads the mail of this address; null: never yet. */
  readonly verifiedAt: number | null;
  readonly hasSecondFactor: boolean;
  readonly isAdministrator: boolean;
}

export interface UserFilter {
  /** The beginning of an e-mail address, in any letter case. */
  readonly email?: string | undefined;
  readonly isDisabled?: boolean | undefined;
}

export interface UserPage {
  readonly users: readonly DirectoryUser[];
  /** `after` of the next page; null: this is the last one. A page may hold fewer users than its limit, also none. */
  readonly next: string | null;
}

/** A link to hand over. */
export interface UserLink {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * The users of a server that keeps them itself, for its administrators. A host with users of its own leaves this port
 * out. Every write is durable when it resolves, has its row in the audit log with `origin` as who did it, and is known
 * to every process within 2 s. Calls that name a user who is not there throw SyncError `user_not_found`.
 */
export interface UserDirectory {
  /** In order of id; with `email` in order of address. Never looks through all users for those of an address. */
  list(filter: UserFilter, page: FindOptions): Promise<UserPage>;
  /** How many there are. */
  count(): Promise<number>;
  /** null when there is none. */
  get(userId: string): Promise<DirectoryUser | null>;
  /** @throws SyncError `invalid_email`, `email_taken`, `weak_password` with `details.reason`; `unavailable` */
  create(user: { readonly email: string; readonly password: string }, origin: AuditOrigin): Promise<DirectoryUser>;
  /**
   * A link by which somebody registers for the app with this address; sent there too if told so and mail is configured.
   * @throws SyncError `invalid_email`, `email_taken`, `app_not_found`, `registration_closed`
   */
  invite(
    invitation: { readonly email: string; readonly appId: string; readonly isSent: boolean },
    origin: AuditOrigin,
  ): Promise<UserLink & { readonly isSent: boolean }>;
  /**
   * Changes what is said. A disabled user's sessions end, and logins are refused as if the password were wrong. Another
   * address counts as unverified. @throws SyncError `invalid_email`, `email_taken`, and `last_administrator` where a user
   * is to be disabled who alone could sign in as an administrator, also when two are disabled at once
   */
  change(
    userId: string,
    patch: { readonly email?: string | undefined; readonly isDisabled?: boolean | undefined },
    origin: AuditOrigin,
  ): Promise<DirectoryUser>;
  /** Every session of the user ends; the user can log in again. */
  revokeTokens(userId: string, origin: AuditOrigin): Promise<void>;
  /** Safe to repeat. */
  resetSecondFactor(userId: string, origin: AuditOrigin): Promise<void>;
  /** A link by which the user chooses a new password. @throws SyncError `user_not_found`, also when disabled */
  createResetLink(userId: string, origin: AuditOrigin): Promise<UserLink>;
  /** Removes the user and all sessions: the last step of erasing one, without a row of its own. Safe to repeat. */
  remove(userId: string): Promise<void>;
  /** Ends the sessions and links of an app that is erased. Safe to repeat. */
  removeApp(appId: string): Promise<void>;
}
