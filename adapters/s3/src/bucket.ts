import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isS3Error, reach, toUnavailable } from './fault.js';
import { getObject, putObject, uploadPart } from './plain-commands.js';

export interface Head {
  readonly sizeBytes: number;
  /** Of the whole object in hex, as the server proves it; null when it proves none, or one made from parts. */
  readonly sha256: string | null;
}

export interface ListedKey {
  readonly key: string;
  readonly modifiedAt: number;
}

/** A multipart upload. */
export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

export interface OpenUpload extends Upload {
  readonly begunAt: number;
}

export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** The requests of this store, in its own terms. A fault that passes is `unavailable`, a refusal the SDK's own error. */
export interface Bucket {
  head(key: string): Promise<Head | null>;
  /** Opens nothing before the first byte is asked for. Fails when the object ends before `sizeBytes`. */
  read(key: string, sizeBytes: number): AsyncGenerator<Uint8Array>;
  /** `sha256` in hex: a server that proves checksums refuses other bytes, and remembers it. */
  put(key: string, bytes: Uint8Array, sha256: string): Promise<void>;
  /** @returns false when there is nothing to copy. */
  copy(from: string, to: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  /** In order of key, after the key `after`; so many at a time, 1,000 at most. */
  list(prefix: string, after: string, pageSize: number): AsyncGenerator<ListedKey>;
  /** Those that are open, whose keys begin with `prefix`. Some servers find only those of a whole key. */
  uploads(prefix: string): AsyncGenerator<OpenUpload>;
  beginUpload(key: string): Promise<Upload>;
  putPart(upload: Upload, partNumber: number, bytes: Uint8Array): Promise<StoredPart>;
  /** null when the upload is over. */
  parts(upload: Upload): Promise<readonly StoredPart[] | null>;
  /** @returns false when the upload is over, or has other parts by now. */
  completeUpload(upload: Upload, parts: readonly StoredPart[]): Promise<boolean>;
  abortUpload(upload: Upload): Promise<void>;
}

const notThere = ['NotFound', 'NoSuchKey', 'NoSuchUpload'] as const;
const keysPerPage = 1000;

/** What a request answers, or `otherwise` when what it asks about is not there. */
const unlessGone = async <T, D>(request: Promise<T>, otherwise: D): Promise<T | D> => {
  try {
    return await reach(request);
  } catch (error) {
    if (isS3Error(error, ...notThere)) return otherwise;
    throw error;
  }
};

const need = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`The S3 server answered without ${what}.`);
  return value;
};

const toHex = (base64: string | undefined): string | null => {
  const bytes = Buffer.from(base64 ?? '', 'base64');
  // That of parts has a dash and their number behind it.
  return bytes.length === 32 && !base64?.includes('-') ? bytes.toString('hex') : null;
};

/** `checksums`: the server proves them. Some refuse the headers for it. */
export const createBucket = (client: S3Client, name: string, checksums: boolean): Bucket => {
  const at = (key: string) => ({ Bucket: name, Key: key });
  const of = ({ key, uploadId }: Upload) => ({ ...at(key), UploadId: uploadId });

  return {
    async head(key) {
      const answer = await unlessGone(
        client.send(new HeadObjectCommand({ ...at(key), ...(checksums && { ChecksumMode: 'ENABLED' as const }) })),
        null,
      );
      return (
        answer && { sizeBytes: answer.ContentLength ?? 0, sha256: checksums ? toHex(answer.ChecksumSHA256) : null }
      );
    },

    async *read(key, sizeBytes) {
      const { Body: body } = await reach(client.send(getObject(at(key))));
      if (!(body instanceof Readable))
        throw new Error('The S3 client must be one for Node: it answers no Node stream.');
      let received = 0;
      try {
        for await (const chunk of body) {
          received += chunk.length;
          yield chunk;
        }
      } catch (error) {
        throw toUnavailable(error);
      }
      if (received !== sizeBytes) throw new Error('An object in S3 ended before its size.');
    },

    async put(key, bytes, sha256) {
      const checksum = checksums && { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') };
      await reach(client.send(putObject({ ...at(key), Body: bytes, ...checksum })));
    },

    async copy(from, to) {
      const command = new CopyObjectCommand({ ...at(to), CopySource: `${name}/${from}` });
      return (await unlessGone(client.send(command), null)) !== null;
    },

    async remove(key) {
      await unlessGone(client.send(new DeleteObjectCommand(at(key))), null);
    },

    async *list(prefix, after, pageSize) {
      for (let start = after; ; ) {
        const range = { Prefix: prefix, StartAfter: start, MaxKeys: Math.min(pageSize, keysPerPage) };
        const page = await reach(client.send(new ListObjectsV2Command({ Bucket: name, ...range })));
        for (const { Key, LastModified: modified } of page.Contents ?? []) {
          const key = need(Key, 'a key');
          yield { key, modifiedAt: need(modified, 'a time').getTime() };
          start = key;
        }
        if (!page.IsTruncated) return;
      }
    },

    async *uploads(prefix) {
      let marker = {};
      for (;;) {
        const command = new ListMultipartUploadsCommand({ Bucket: name, Prefix: prefix, ...marker });
        const page = await reach(client.send(command));
        for (const { Key: key, UploadId: uploadId, Initiated: begun } of page.Uploads ?? []) {
          yield {
            key: need(key, 'a key'),
            uploadId: need(uploadId, 'an upload id'),
            begunAt: need(begun, 'a time').getTime(),
          };
        }
        if (!page.IsTruncated) return;
        marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
    },

    async beginUpload(key) {
      const { UploadId: uploadId } = await reach(client.send(new CreateMultipartUploadCommand(at(key))));
      return { key, uploadId: need(uploadId, 'an upload id') };
    },

    async putPart(upload, partNumber, bytes) {
      const command = uploadPart({ ...of(upload), PartNumber: partNumber, Body: bytes });
      const { ETag: etag } = await reach(client.send(command));
      return { partNumber, sizeBytes: bytes.length, etag: need(etag, 'an ETag') };
    },

    async parts(upload) {
      const parts: StoredPart[] = [];
      let marker = {};
      for (;;) {
        const page = await unlessGone(client.send(new ListPartsCommand({ ...of(upload), ...marker })), null);
        if (!page) return null;
        for (const { PartNumber: partNumber, Size: size, ETag: etag } of page.Parts ?? []) {
          parts.push({
            partNumber: need(partNumber, 'a part number'),
            sizeBytes: need(size, 'a size'),
            etag: need(etag, 'an ETag'),
          });
        }
        if (!page.IsTruncated) return parts;
        marker = { PartNumberMarker: page.NextPartNumberMarker };
      }
    },

    async completeUpload(upload, parts) {
      const list = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
      const command = new CompleteMultipartUploadCommand({ ...of(upload), MultipartUpload: { Parts: list } });
      try {
        return (await unlessGone(client.send(command), null)) !== null;
      } catch (error) {
        if (isS3Error(error, 'InvalidPart')) return false;
        throw error;
      }
    },

    async abortUpload(upload) {
      await unlessGone(client.send(new AbortMultipartUploadCommand(of(upload))), null);
    },
  };
};
