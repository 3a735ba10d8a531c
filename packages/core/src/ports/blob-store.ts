import type { Answer, Call } from './exchange.js';

export interface UploadTarget {
  /** Segments of `[a-z0-9-]` joined by slashes, as `isObjectKey` says: app, user, hash and random digits. */
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly hash: string;
  /** Milliseconds since 1970; checked when the upload starts. */
  readonly expiresAt: number;
  /** The client will send what `headers` of the answer says, so the store can enforce the hash itself. */
  readonly checksumHeader: boolean;
}

export interface SignedUpload {
  readonly url: string;
  /** Headers that the client must send with the PUT; empty for a bare one. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An upload in parts: which object, and how it is cut. */
export interface PartsTarget {
  readonly objectKey: string;
  readonly sizeBytes: number;
  /** Every part has this many bytes, the last one what is left. The same in each call for one object. */
  readonly partBytes: number;
  /** Of the URLs; milliseconds since 1970. Checked when the upload of a part starts. */
  readonly expiresAt: number;
  /** How many URLs to sign at most. */
  readonly limit: number;
}

export interface SignedPart {
  /** From 1 on, in the order of the bytes. */
  readonly partNumber: number;
  /** Admits a bare PUT of exactly the length of this part, until it expires or the upload ends. */
  readonly url: string;
}

/**
 * Uploads in parts, so that a broken line costs one part and not gigabytes. The object key names the upload: nothing
 * else is remembered between two calls. `accept` puts the parts together, `delete` drops them, and what nobody ends is
 * dropped by the daily sweep when it is `limits.unconfirmedBlobLifetime` old.
 */
export interface PartUploads {
  /** Begins an upload, once for each object key, and signs its first parts. */
  begin(target: PartsTarget): Promise<readonly SignedPart[]>;

  /**
   * Signs the parts that are missing, the first ones by number; [] when all are there, also when they have been put
   * together. A part of another length is missing. null when there is no such upload: never begun, or dropped.
   */
  resume(target: PartsTarget): Promise<readonly SignedPart[] | null>;
}

export interface StoredObject {
  readonly sizeBytes: number;
  readonly hash: string;
}

export interface NewObject extends StoredObject {
  readonly objectKey: string;
}

/** `different`: there is something, of another size or hash. `missing`: nothing, or not every part. */
export type Acceptance = 'accepted' | 'missing' | 'different';

export interface ListedObject {
  readonly objectKey: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** A path that a blob store serves by itself, below the prefix of the operations. */
export interface BlobRoute {
  readonly methods: readonly string[];
  /** Begins and ends with a slash; whatever follows is the route's own. */
  readonly path: string;
  handle(call: Call, rest: string): Promise<Answer>;
}

/** Where the encrypted bytes are. Knows nothing of users, quotas or who may read what. */
export interface BlobStore {
  /** The URL admits a PUT of exactly this length to exactly this key until it expires, and nothing else. */
  signUpload(target: UploadTarget): Promise<SignedUpload>;

  /** null for a store that takes an object only at once. */
  readonly parts: PartUploads | null;

  /**
   * Takes in what was uploaded under this key, if it is the object: size and SHA-256 as the store itself proves them,
   * else from reading the bytes. From then on it is what `inspect`, `read` and `signDownload` find, and no upload URL
   * can change it, however long it is good. Safe to repeat, and to call for one object several times at once.
   */
  accept(object: NewObject): Promise<Acceptance>;

  /** The URL admits a GET of this key until it expires, as an attachment of unknown type that no browser runs. */
  signDownload(objectKey: string, expiresAt: number): Promise<string>;

  /**
   * What is stored: size and SHA-256 as the store itself proves them, else from reading the bytes. null when there is
   * nothing; an upload that was not accepted may count as nothing. An object whose size is not `expectedSize` need not
   * be read; its hash is then "". With -1 nobody asks for more than its size.
   */
  inspect(objectKey: string, expectedSize: number): Promise<StoredObject | null>;

  /**
   * The bytes as they are stored, for whoever moves them elsewhere; null when there is nothing. Nothing stays open before
   * the first byte is asked for or after the reader left. What is read fails when the object ends early.
   */
  read(objectKey: string): Promise<AsyncIterable<Uint8Array> | null>;

  /**
   * Stores an object from inside of this process, durable when it resolves. Never holds more than a part of it in memory.
   * Where the same object is there already, nothing changes.
   * @throws SyncError `blob_mismatch` when the bytes have another size or hash; nothing of them stays then.
   */
  write(object: NewObject, chunks: AsyncIterable<Uint8Array>): Promise<void>;

  /** Removes the object, and what was uploaded of it, for good. Nothing happens when it is not there. */
  delete(objectKey: string): Promise<void>;

  /**
   * Every object, accepted or not, in order of key by its bytes, after `after`, which need not be a key: `""` is before
   * all of them, `a/` before those that begin so. With null it begins a sweep, at which the store also removes what it
   * left behind itself.
   */
  list(after: string | null, limit: number): Promise<readonly ListedObject[]>;

  /** Resolves when objects can be written and read. @throws when they cannot. */
  health(): Promise<void>;

  /** What this process must serve so that the signed URLs work; empty for a store with servers of its own. */
  readonly routes: readonly BlobRoute[];
}
