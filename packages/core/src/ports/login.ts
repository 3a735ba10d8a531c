import type { Identity } from './authenticator.js';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
  /** Passed through into the token as `key`. */
  readonly key: string | null;
  /** Of the second factor; null: none was given. */
  readonly code: string | null;
  /** Where the call comes from, for limits and the audit log; null when it is not known. */
  readonly address: string | null;
}

export interface LoggedIn {
  readonly token: string;
  readonly userId: string;
  readonly appId: string;
}

/** Logging in with a password. A host with users of its own leaves this port out; then there is no `POST auth`. */
export interface Login {
  /**
   * @throws SyncError `invalid_credentials` alike, and in the same time, for an unknown e-mail, a wrong password and a
   * wrong API key; `two_factor_required` after a right password without
   * a code, `invalid_second_factor` after a right password with a wrong or used one; `rate_limited` after too many failures of one
   * account; `unavailable` when too many wait.
   */
  login(credentials: Credentials): Promise<LoggedIn>;

  /**
   * A new token of the same session for one in the second half of its life.
   * @throws SyncError `invalid_token` when the session is over; a token in its first half is answered as it is.
   */
  renew(token: string, identity: Identity): Promise<LoggedIn>;

  /** false when the password is not the user's. @throws SyncError `rate_limited`, `unavailable` as `login`. */
  verifyPassword(userId: string, password: string): Promise<boolean>;

  /** Ends sessions, within 2 s on every process. */
  endSessions(sessions: readonly string[]): Promise<void>;
}
