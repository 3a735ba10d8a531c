/** Who calls, as a token proves it. */
export interface Identity {
  /** A UUID; map other ids with `toUuid`. */
  readonly userId: string;
  readonly appId: string;
  /** Generation of the user's tokens: raising it revokes them all. A host without such a thing says 0. */
  readonly generation: number;
  /** What `Login.endSessions` ends; null when the host has no sessions. */
  readonly session: string | null;
  /** Generation of the API key that the token was issued under; null: the app's key does not matter. */
  readonly keyGeneration: number | null;
  /** When the user logged in for it, in milliseconds since 1970; renewing does not move it (P-17). */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Turns a token into an identity. Each call looks at the present state; the core caches its answers for 2 s at most. */
export interface Authenticator {
  /** null when the token is unreadable, forged, expired, revoked or of an erased user. */
  authenticate(token: string): Promise<Identity | null>;

  /** Whether a token of this identity would be accepted now: asked again for open streams and for tickets, which hold no token. */
  isCurrent(identity: Identity): Promise<boolean>;
}
