/** Who calls, as a token proves it. */
export interface Identity {
  /** A UUID; map other ids with `toUuid`. */
  readonly userId: string;
  readonly appId: string;
  /** What `Login.endSessions` ends; null when the host has no sessions. */
  readonly session: string | null;
  /** Generation of the API key that the token was issued under; null: the app's key does not matter. */
  readonly keyGeneration: number | null;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Turns a token into an identity. Each call looks at the present state; the core caches its answers for 2 s at most. */
export interface Authenticator {
  /** null when the token is unreadable, forged, expired, revoked or of an erased user. */
  authenticate(token: string): Promise<Identity | null>;
}
