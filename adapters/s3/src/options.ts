import type { S3Client } from '@aws-sdk/client-s3';
import { type Clock, type Log, OptionsError, silentLog, systemClock } from '@synckeep/core';
import { isS3ProfileName, profileNames, type S3Profile, type S3ProfileName, s3Profiles } from './profiles.js';

export interface S3BlobStoreOptions {
  /** Of the host, which also closes it. Its settings for checksums do not matter. */
  readonly client: S3Client;
  /** The bare name of a bucket that exists. */
  readonly bucket: string;
  /** Which kind of server it is; `other`, which takes nothing for granted, unless said. */
  readonly profile?: S3ProfileName;
  /** Before every key, with a slash at its end; none unless said. Nothing else may write below it. */
  readonly prefix?: string;
  /** Signs URLs and tells what is old; that of the system unless said. */
  readonly clock?: Clock;
  /** Hears of what could not be cleaned up; silent unless said. */
  readonly log?: Log;
}

export interface CheckedOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly profile: S3Profile;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
}

const known = ['client', 'bucket', 'profile', 'prefix', 'clock', 'log'];
const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const prefixPattern = /^(?:[A-Za-z0-9._-]+\/)*$/;

const hasMethods = (value: unknown, ...methods: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && methods.every((method) => method in value);

/** What is wrong with a bucket's name or a prefix and what to write; null when nothing is. */
export const problemOf = (bucket: unknown, prefix: unknown): string | null => {
  if (typeof bucket !== 'string' || !bucketPattern.test(bucket)) {
    return 'bucket must be the bare name of a bucket, such as "my-blobs"; folders go into prefix';
  }
  if (typeof prefix !== 'string' || !prefixPattern.test(prefix)) {
    return 'prefix must be folders of [A-Za-z0-9._-], each with a slash behind it, such as "synckeep/"';
  }
  return null;
};

/** @throws OptionsError that names the option and what to write */
export const checkOptions = (options: S3BlobStoreOptions): CheckedOptions => {
  const { client, bucket, profile = 'other', prefix = '', clock = systemClock, log = silentLog } = options;
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  const problems: readonly (string | null | false)[] = [
    unknown.length > 0 && `there is no option ${unknown.join(', ')}; the options are ${known.join(', ')}`,
    !hasMethods(client, 'send', 'config', 'middlewareStack') && 'client must be an S3Client of @aws-sdk/client-s3',
    problemOf(bucket, prefix),
    !isS3ProfileName(profile) && `profile must be one of ${profileNames}`,
    !hasMethods(clock, 'now', 'after') && 'clock must be a Clock: an object with now, after',
    !hasMethods(log, 'debug', 'info', 'warn', 'error') && 'log must be a Log: an object with debug, info, warn, error',
  ];
  const found = problems.filter((problem) => typeof problem === 'string');
  if (found.length > 0) throw new OptionsError(`createS3BlobStore cannot use its options: ${found.join('; ')}.`);
  return { client, bucket, profile: s3Profiles[profile], prefix, clock, log };
};
