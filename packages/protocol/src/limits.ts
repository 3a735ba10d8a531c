const minute = 60;
const day = 24 * 60 * minute;
const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** A token bucket: `burst` at once, then `perSecond` for as long as one likes. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * Every number of the contract, in one place. Sizes are bytes unless the name says characters (code points);
 * times are seconds.
 */
export const limits = {
  changesPerPush: 500,
  changesPerPage: 500,
  bytesPerPage: 8 * MiB,
  rowsPerScan: 10_000,
  bytesPerChange: 1 * MiB,
  bytesPerPush: 16 * MiB,
  bytesPerBody: 64 * KiB,
  bytesPerRotationBatch: 16 * MiB,
  bytesPerWebhook: 1 * MiB,
  tableNameCharacters: 100,
  rowIdCharacters: 255,
  timestampCharacters: 64,
  batchIdCharacters: 64,
  cursorCharacters: 512,
  blobsPerChange: 100,
  deviceNameCharacters: 255,
  installationIdCharacters: 64,
  encryptedKeyCharacters: 4096,
  loginKeyCharacters: 255,
  emailCharacters: 320,
  passwordCharacters: 1024,
  apiKeyCharacters: 200,
  codeCharacters: 40,
  devicesPerUser: 1000,
  batchIdLifetime: 30 * day,
  keyHistoryLifetime: 90 * day,
  keysInHistory: 1000,
  tokenLifetime: 7 * day,
  sessionLifetime: 90 * day,
  tokenClockSkew: 60,
  freshLogin: 5 * minute,
  uploadUrlLifetime: 15 * minute,
  downloadUrlLifetime: 15 * minute,
  reservationGrace: 60 * minute,
  blobBytesBeforeParts: 100 * MiB,
  bytesPerPart: 16 * MiB,
  bytesPerPartMin: 5 * MiB,
  bytesPerPartMax: 5 * GiB,
  partsPerBlob: 1000,
  partsPerAnswer: 50,
  unconfirmedBlobLifetime: 1 * day,
  reservationsPerBlob: 10,
  reservationsPerUser: 10_000,
  ticketLifetime: 60,
  streamsPerUser: 20,
  streamKeepalive: 30,
  streamStall: 60,
  streamCoalesceMilliseconds: 100,
  entitlementCache: 60,
  revocationDelay: 2,
  adminSessionIdle: 12 * 60 * minute,
  adminSessionLifetime: 7 * day,
  setupLinkLifetime: 1 * day,
  adminTokenLifetime: 3650 * day,
  versionCharacters: 128,
  notesCharacters: 10_000,
  signatureCharacters: 4096,
  bytesPerArtifact: 5 * GiB,
  releasesPerApp: 200,
  slugsPerApp: 10,
  updateCheckCache: 60,
  downloadCountLifetime: 730 * day,
} as const;

export type LimitName = keyof typeof limits;

/** The rate limits by name (P-6). `login`, `public` and `admin` count by client address, the others by app and user. */
export const rateLimits = {
  login: { burst: 5, perSecond: 2 },
  exchange: { burst: 10, perSecond: 2 },
  public: { burst: 60, perSecond: 10 },
  read: { burst: 120, perSecond: 40 },
  transfer: { burst: 120, perSecond: 40 },
  write: { burst: 30, perSecond: 5 },
  admin: { burst: 60, perSecond: 10 },
  failedLogins: { burst: 10, perSecond: 1 / 60 },
  failedCodes: { burst: 10, perSecond: 1 / 300 },
  secondFactor: { burst: 10, perSecond: 2 },
  registration: { burst: 10, perSecond: 2 },
  passwordReset: { burst: 10, perSecond: 2 },
  mails: { burst: 5, perSecond: 1 / 600 },
} as const satisfies Record<string, RateLimit>;

export type RateLimitName = keyof typeof rateLimits;
