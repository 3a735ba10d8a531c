import { OptionsError } from '@synckeep/core';
import { createS3BlobStore, s3Profiles } from '@synckeep/s3';
import { openS3 } from '@synckeep/s3/open';
import { describe, expect, it } from 'vitest';

const settingsOf = async (url: string) => {
  const { client, bucket, prefix, profile } = openS3(url);
  const endpoint = await client.config.endpoint?.();
  return {
    bucket,
    prefix,
    profile,
    pathStyle: client.config.forcePathStyle,
    endpoint: endpoint && `${endpoint.protocol}//${endpoint.hostname}${endpoint.port ? `:${endpoint.port}` : ''}`,
    region: await client.config.region(),
  };
};

describe('openS3', () => {
  it('opens a bucket of AWS', async () => {
    expect(await settingsOf('s3://my-blobs?region=eu-west-1')).toEqual({
      bucket: 'my-blobs',
      prefix: '',
      profile: 'aws',
      pathStyle: false,
      endpoint: undefined,
      region: 'eu-west-1',
    });
  });

  it.each([
    ['s3://b1x/some/folder?endpoint=https://s3.example.org', 'some/folder/'],
    ['s3://b1x/some/folder/?endpoint=https://s3.example.org', 'some/folder/'],
    ['s3://b1x/?endpoint=https://s3.example.org', ''],
  ])('takes the path of %s as a prefix', (url, prefix) => {
    expect(openS3(url)).toMatchObject({ bucket: 'b1x', prefix });
  });

  it('takes nothing for granted of another server, and what its profile says', async () => {
    const url = 's3://blobs?endpoint=http://127.0.0.1:9000';
    const expected = { pathStyle: true, endpoint: 'http://127.0.0.1:9000' };
    expect(await settingsOf(url)).toMatchObject({ ...expected, profile: 'other', region: 'us-east-1' });
    expect(await settingsOf(`${url}&profile=garage`)).toMatchObject({ ...expected, region: 'garage' });
    expect(await settingsOf(`${url}&profile=r2`)).toMatchObject({ profile: 'r2', region: 'auto' });
    expect(await settingsOf(`${url}&profile=b2&region=eu-003&path_style=false`)).toMatchObject({
      region: 'eu-003',
      pathStyle: false,
    });
  });

  it('gives what createS3BlobStore takes', () => {
    expect(createS3BlobStore(openS3('s3://my-blobs/x?region=eu-west-1')).routes).toEqual([]);
  });

  it.each([
    ['https://my-blobs.s3.amazonaws.com', /does not begin with s3:\/\//],
    ['my-blobs', /does not begin with s3:\/\//],
    ['s3://', /bucket must be/],
    ['s3://my-blobs:9000/x', /the server in endpoint/],
    ['s3://AKID:secret@my-blobs', /credentials do not belong into it; set AWS_ACCESS_KEY_ID/],
    ['s3://my-blobs?access_key_id=AKID&secret_access_key=s', /credentials do not belong into it/],
    ['s3://my-blobs?endpoint=https://AKID:s@s3.example.org', /endpoint must be an address such as/],
    ['s3://my-blobs?endpoint=s3.example.org', /endpoint must be an address such as https:/],
    ['s3://my-blobs?endpoint=https://s3.example.org&profile=azure', /profile must be one of aws,/],
    ['s3://my-blobs?profile=minio', /profile minio needs an endpoint/],
    ['s3://my-blobs?endpoint=https://s3.example.org&profile=b2', /profile b2 needs a region/],
    ['s3://my-blobs?path_style=yes', /path_style must be true or false/],
    ['s3://my-blobs?acl=public', /there is no acl; it takes endpoint, region, profile, path_style/],
    ['s3://my-blobs?region=a&region=b', /region stands in it twice/],
    ['s3://my-blobs/a//b', /prefix must be/],
    ['s3://my-blobs/a b', /prefix must be/],
    ['s3://my-blobs#x', /no place for a #/],
  ])('refuses %s in one sentence that says what to write', (url, sentence) => {
    expect(() => openS3(url)).toThrow(OptionsError);
    expect(() => openS3(url)).toThrow(sentence);
    expect(() => openS3(url)).toThrow(/Write s3:\/\/BUCKET/);
  });

  it('never repeats a secret that stands in a wrong URL', () => {
    for (const url of ['s3://AKID:topsecret@my-blobs', 's3://my-blobs?secret_access_key=topsecret']) {
      expect(() => openS3(url)).toThrow(expect.not.stringContaining('topsecret'));
    }
  });
});

describe('the profiles', () => {
  it('set no region for those that have many, and trust checksums only where they are proven', () => {
    const having = (wanted: (profile: (typeof s3Profiles)[keyof typeof s3Profiles]) => boolean) =>
      Object.entries(s3Profiles).flatMap(([name, profile]) => (wanted(profile) ? [name] : []));
    expect(having(({ region }) => region === null)).toEqual(['aws', 'b2']);
    expect(having(({ checksums }) => checksums)).toEqual(['aws', 'r2', 'minio', 'garage']);
    expect(having(({ pathStyle }) => !pathStyle)).toEqual(['aws']);
  });
});
