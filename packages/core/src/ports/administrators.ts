import type { AdminScope } from '@synckeep/protocol';
import type { AuditOrigin } from '../administration/audit.js';
import type { FindOptions } from './records.js';

/** Somebody who may use the admin API without an admin token. */
export interface Administrator {
  /** Names the administrator in the audit log. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** null when it is not known. */
  readonly email: string | null;
  /** What they may do: `adminScopes` for everything. */
  readonly scopes: readonly AdminScope[];
}

/** What there is to recognise somebody by. */
export interface AdminRequest {
  readonly method: string;
  /** The value of a header by its lower-case name. */
  header(name: string): string | undefined;
  /** The client's address. */
  readonly address: string;
}

/**
 * Knows the administrators by what their browsers send, a session cookie say (P-170). A host gives its own session check
 * here. Calls that change something are let through by the core only from pages of the same origin (P-171).
 */
export interface Administrators {
  /**
   * Asked for each call without a bearer token, twice for one with a body; nothing is remembered. It changes nothing that
   * another call could miss.
   * @returns null for whoever it does not know
   */
  authenticate(request: AdminRequest): Promise<Administrator | null>;
}

/** What is sent to sign in, with the request that sends it: what it was signed in with before ends. */
export interface AdministratorCredentials extends AdminRequest {
  readonly email: string;
  readonly password: string;
  /** Of the second factor; null: none was given. */
  readonly code: string | null;
}

export interface AdministratorSetUp extends AdminRequest {
  /** Of the set-up link. */
  readonly token: string;
  readonly email: string;
  readonly password: string;
}

export interface SignedInAdministrator {
  readonly administrator: Administrator;
  /** `Set-Cookie` headers. */
  readonly cookies: readonly string[];
}

/** An administrator as they are listed. */
export interface ListedAdministrator {
  readonly id: string;
  readonly email: string;
  /** Since when. Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Who becomes an administrator: a new user, or one who is there. */
export type NewAdministrator = { readonly email: string; readonly password: string } | { readonly userId: string };

/** Signs administrators in by password, and says who they are. A host with administrators of its own leaves this port out. */
export interface AdministratorLogin {
  /** Whether there is no administrator yet, so that a set-up link makes the first one. */
  needsSetup(): Promise<boolean>;
  /**
   * Begins a session, never under an id that a client sent.
   * @throws SyncError as `Login.login`; `invalid_credentials` too for a user who is no administrator
   */
  signIn(credentials: AdministratorCredentials): Promise<SignedInAdministrator>;
  /** Ends the session of a request, on every process. @returns `Set-Cookie` headers that remove its cookie */
  signOut(request: AdminRequest): Promise<readonly string[]>;
  /**
   * Makes the first administrator and signs them in. Of any number of calls at once, one succeeds. What is refused for
   * its e-mail address or password leaves the link as it was.
   * @throws SyncError `setup_link_used` once there is an administrator, `invalid_setup_link`, `invalid_email`,
   * `email_taken`, `weak_password`, `unavailable`
   */
  setUp(setUp: AdministratorSetUp): Promise<SignedInAdministrator>;
  /** In order of id. */
  list(page: FindOptions): Promise<readonly ListedAdministrator[]>;
  /**
   * `isNew` is false for a user who was one already.
   * @throws SyncError `user_not_found`, `invalid_email`, `email_taken`, `weak_password`, `unavailable`
   */
  add(
    who: NewAdministrator,
    origin: AuditOrigin,
  ): Promise<{ readonly administrator: ListedAdministrator; readonly isNew: boolean }>;
  /**
   * Ends their sessions too; the user stays. Of any number of calls at once, one administrator is left.
   * @returns false when there is no such administrator
   * @throws SyncError `last_administrator` when nobody else could sign in as one
   */
  remove(id: string, origin: AuditOrigin): Promise<boolean>;
}
