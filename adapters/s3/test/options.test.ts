import { OptionsError } from '@synckeep/core';
import { createS3BlobStore } from '@synckeep/s3';
import { describe, expect, it } from 'vitest';
import { newClient } from './stage.js';

const good = { client: newClient(), bucket: 'my-blobs' };

describe('createS3BlobStore', () => {
  it('takes a client and a bucket, and every other option', () => {
    const clock = { now: Date.now, after: () => () => {} };
    const quiet = () => {};
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    expect(createS3BlobStore(good).routes).toEqual([]);
    createS3BlobStore({ ...good, bucket: 'Old_Bucket.1', profile: 'r2', prefix: 'a/b.c/', clock, log });
  });

  it.each([
    [{ client: {} }, /client must be an S3Client of @aws-sdk\/client-s3/],
    [{ client: null }, /client must be an S3Client/],
    [{ bucket: 's3://my-blobs' }, /bucket must be the bare name of a bucket, such as "my-blobs"/],
    [{ bucket: 'my-blobs/folder' }, /folders go into prefix/],
    [{ bucket: undefined }, /bucket must be/],
    [{ prefix: 'synckeep' }, /prefix must be folders .* such as "synckeep\/"/],
    [{ prefix: '/synckeep/' }, /prefix must be/],
    [{ profile: 'azure' }, /profile must be one of aws, r2, b2, minio, garage, ceph, other/],
    [{ profile: 'toString' }, /profile must be one of/],
    [{ clock: {} }, /clock must be a Clock/],
    [{ log: () => {} }, /log must be a Log/],
    [{ region: 'eu-1', folder: 'x' }, /there is no option region, folder; the options are client, bucket,/],
  ])('refuses %j and says what to write', (over, sentence) => {
    const wrong = { ...good, ...over };
    // @ts-expect-error: what a caller without types may pass
    expect(() => createS3BlobStore(wrong)).toThrow(OptionsError);
    // @ts-expect-error: as above
    expect(() => createS3BlobStore(wrong)).toThrow(sentence);
  });

  it('names every problem at once', () => {
    expect(() => createS3BlobStore({ ...good, bucket: '', prefix: 'x' })).toThrow(/bucket/);
    // @ts-expect-error: as above
    expect(() => createS3BlobStore({ ...good, client: 1, profile: 'x' })).toThrow(/client.*; profile/);
  });
});
