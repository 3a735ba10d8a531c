import { createHash, randomUUID } from 'node:crypto';
import { isSyncError } from '@synckeep/protocol';
import type { Bucket } from './bucket.js';
import { isPassing } from './fault.js';
import type { Places } from './places.js';
import type { S3Profile } from './profiles.js';

const sentences = (bucket: string): readonly (readonly [RegExp, string])[] => [
  [/^NoSuchBucket$/, `There is no bucket "${bucket}" at the S3 server. Make it, or correct its name.`],
  [
    /^CredentialsProviderError$/,
    'There are no credentials for S3. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give some to the S3Client.',
  ],
  [
    /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken)$/,
    'The S3 server refuses the credentials. Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those of the S3Client.',
  ],
  [
    /^AccessDenied$/,
    `The credentials may not write, read and remove objects in the bucket "${bucket}". The README of @synckeep/s3 has the policy.`,
  ],
  [
    /^(?:PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/,
    `The bucket "${bucket}" is in another region. Name that region.`,
  ],
  [/^Region is missing$/, 'S3 needs a region. Set AWS_REGION, or give one to the S3Client.'],
  [/^ENOTFOUND$/, 'The S3 server cannot be found. Correct its address; many servers also need path-style URLs.'],
];

/** What a fault is known by. */
const nameOf = (error: Error): string => {
  if ('code' in error && error.code === 'ENOTFOUND') return error.code;
  return error.message === 'Region is missing' ? error.message : error.name;
};

/** A fault of S3 as a sentence that says what to do. */
const explain = (thrown: unknown, bucket: string): Error => {
  const cause = isSyncError(thrown) ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return new Error(`The bucket "${bucket}" cannot be used.`, { cause });
  const name = nameOf(cause);
  const known = sentences(bucket).find(([pattern]) => pattern.test(name))?.[1];
  if (known) return new Error(known, { cause });
  if (isPassing(cause)) return new Error(`The S3 server does not answer (${cause.message || name}).`, { cause });
  return new Error(`The bucket "${bucket}" cannot be used: ${name}: ${cause.message}`, { cause });
};

interface Means {
  readonly name: string;
  readonly bucket: Bucket;
  readonly places: Places;
  readonly profile: S3Profile;
}

/** `health` of the port: writes, reads and removes a few bytes. @throws Error a sentence for whoever set it up */
export const createHealth = ({ name, bucket, places, profile }: Means): (() => Promise<void>) => {
  let isProven = !profile.checksums;

  const canRead = async (key: string, bytes: Buffer): Promise<boolean> => {
    let read = '';
    for await (const chunk of bucket.read(key, bytes.length)) read += Buffer.from(chunk).toString();
    return read === bytes.toString();
  };

  /** Else an upload URL would admit other bytes over an accepted object. */
  const refusesOthers = async (key: string): Promise<boolean> => {
    try {
      await bucket.put(key, Buffer.from('other bytes'), '00'.repeat(32));
      return false;
    } catch (error) {
      if (isSyncError(error)) throw error;
      return true;
    }
  };

  /** @returns what is wrong with a server that answers; null when nothing is. */
  const probe = async (key: string): Promise<string | null> => {
    const bytes = Buffer.from(randomUUID());
    await bucket.put(key, bytes, createHash('sha256').update(bytes).digest('hex'));
    if (!(await canRead(key, bytes))) return 'The S3 server does not give back what was written.';
    isProven ||= await refusesOthers(key);
    return isProven ? null : 'The S3 server stores uploads without looking at their checksum. Set the profile "other".';
  };

  return async () => {
    const key = places.scratch();
    let problem: string | null;
    try {
      problem = await probe(key).finally(() => bucket.remove(key));
    } catch (error) {
      throw explain(error, name);
    }
    if (problem !== null) throw new Error(problem);
  };
};
