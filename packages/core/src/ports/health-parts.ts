export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** What the health of a server says that only its host knows. */
export interface HealthParts {
  /** What this process is called among several. */
  readonly node?: string;
  /** What the parts are, for people to read: `postgres`, `s3`, `redis`. */
  readonly kinds?: { readonly storage?: string; readonly blobs?: string; readonly notifier?: string };
  /** The disk that fills up first, of those that parts are on; null when none is on a disk of this machine. */
  readonly disk?: () => Promise<DiskSpace | null>;
  /** What is wrong with the backups that the host takes by itself, in a sentence; null when nothing is. */
  readonly backups?: () => Promise<string | null>;
  /** Milliseconds that news took lately, as the observer of a notifier hears it; null while nothing was measured. */
  readonly newsLag?: () => number | null;
  /** A sentence for a fault of a part that an operator can help; of others the message is shown. */
  readonly explain?: (fault: unknown) => string | undefined;
}
