import type { SealingKeys } from './context.js';

/** The keys of the log, as the engine uses them. */
export interface EntryKeys {
  /** null while the person has not unlocked them. */
  current(): SealingKeys | null;
  /**
   * Fetches what the server has and opens it with what is known.
   * @returns false when the person must unlock
   * @throws ApiError
   */
  refresh(signal: AbortSignal): Promise<boolean>;
  /** Calls back when they were unlocked, locked or changed here. The answer ends that. */
  onChange(listener: () => void): () => void;
}

/** Who is logged in. */
export interface Session {
  /** null when nobody is. */
  token(): string | null;
  /**
   * Gets a token that is good again.
   * @returns false when the person must log in
   * @throws ApiError when that cannot be known now
   */
  renew(signal: AbortSignal): Promise<boolean>;
  /** The token is in the second half of its life, so that it should be renewed while it still can be (P-15). */
  isDue(): boolean;
  /** Calls back when somebody logged in or out, not when a token was renewed. The answer ends that. */
  onChange(listener: () => void): () => void;
}

/** What the platform says about the network. */
export interface Network {
  isOnline(): boolean;
  onChange(listener: () => void): () => void;
}

/** Always online, as far as anybody knows: a failure will tell. */
export const steadyNetwork: Network = { isOnline: () => true, onChange: () => () => {} };
