import { S3Client } from '@aws-sdk/client-s3';
import { OptionsError } from '@synckeep/core';
import { problemOf } from './options.js';
import { isS3ProfileName, profileNames, type S3ProfileName, s3Profiles } from './profiles.js';

/** What `createS3BlobStore` takes. Whoever opened the client ends it with `client.destroy()`. */
export interface OpenedS3 {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly profile: S3ProfileName;
}

const form = 's3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION&profile=PROFILE&path_style=true';
const known = ['endpoint', 'region', 'profile', 'path_style'];

const refuse = (problem: string): never => {
  throw new OptionsError(`The S3 URL cannot be used: ${problem}. Write ${form}; only the bucket is needed.`);
};

const toUrl = (text: string): URL =>
  URL.canParse(text) && text.startsWith('s3://') ? new URL(text) : refuse('it does not begin with s3://');

const isEndpoint = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
};

const toProfile = (name: string | null, endpoint: string | null): S3ProfileName => {
  if (name === null) return endpoint === null ? 'aws' : 'other';
  return isS3ProfileName(name) ? name : refuse(`profile must be one of ${profileNames}`);
};

/**
 * A client for the bucket that a URL names: `s3://my-blobs/synckeep?endpoint=https://s3.example.org&region=eu-1`.
 * Credentials come from where the AWS SDK looks for them, the environment first; never from the URL, which is logged.
 * Without an endpoint it is AWS, with one a server of the profile `other` unless `profile` says more.
 * @throws OptionsError that says what to write
 */
export const openS3 = (text: string): OpenedS3 => {
  const { hostname, port, username, password, pathname, searchParams, hash } = toUrl(text);
  if (username + password !== '' || searchParams.has('access_key_id') || searchParams.has('secret_access_key')) {
    refuse('credentials do not belong into it; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  if (port !== '') refuse('the bucket stands behind s3://, and the server in endpoint');
  if (hash !== '') refuse('there is no place for a #');
  for (const name of searchParams.keys()) {
    if (!known.includes(name)) refuse(`there is no ${name}; it takes ${known.join(', ')}`);
    if (searchParams.getAll(name).length > 1) refuse(`${name} stands in it twice`);
  }
  const prefix = pathname.replace(/^\/+/, '').replace(/([^/])$/, '$1/');
  const problem = problemOf(hostname, prefix);
  if (problem !== null) refuse(problem);
  const endpoint = searchParams.get('endpoint');
  if (endpoint !== null && !isEndpoint(endpoint)) refuse('endpoint must be an address such as https://s3.example.org');
  const pathStyle = searchParams.get('path_style');
  if (pathStyle !== null && !/^(?:true|false)$/.test(pathStyle)) refuse('path_style must be true or false');

  const profile = toProfile(searchParams.get('profile'), endpoint);
  if (profile !== 'aws' && endpoint === null) refuse(`the profile ${profile} needs an endpoint`);
  const region = searchParams.get('region') ?? s3Profiles[profile].region;
  // That of AWS may come from the environment.
  if (profile !== 'aws' && region === null) refuse(`the profile ${profile} needs a region`);
  const client = new S3Client({
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint }),
    forcePathStyle: pathStyle === null ? s3Profiles[profile].pathStyle : pathStyle === 'true',
    // A server may take minutes to copy or to put together what is large, but not to be there.
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 300_000 },
  });
  return { client, bucket: hostname, prefix, profile };
};
