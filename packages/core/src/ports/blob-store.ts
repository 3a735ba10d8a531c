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

export interface StoredObject {
  readonly sizeBytes: number;
  readonly hash: string;
}

export interface NewObject extends StoredObject {
  readonly objectKey: string;
}

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

  /** The URL admits a GET of this key until it expires, as an attachment of unknown type that no browser runs. */
  signDownload(objectKey: string, expiresAt: number): Promise<string>;

  /**
   * What is really stored: size and SHA-256 as the store itself proves them, else from reading the bytes.
   * null when there is nothing. An object whose size is not `expectedSize` need not be read; its hash is then "". With -1
   * nobody asks for more than its size.
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

  /** Removes the object for good. Nothing happens when it is not there. */
  delete(objectKey: string): Promise<void>;

  /** Every object, in order of key, after `after`. */
  list(after: string | null, limit: number): Promise<readonly ListedObject[]>;

  /** Resolves when objects can be written and read. @throws when they cannot. */
  health(): Promise<void>;

  /** What this process must serve so that the signed URLs work; empty for a store with servers of its own. */
  readonly routes: readonly BlobRoute[];
}
