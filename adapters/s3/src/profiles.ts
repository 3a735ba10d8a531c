/** What kinds of S3 servers differ in, as far as this store is concerned. It sets no tag, storage class or ACL on any. */
export interface S3Profile {
  /** The bucket stands in the path of a URL, not before its host name. */
  readonly pathStyle: boolean;
  /** The region that requests are signed for, where it need not be named; null: it must be. */
  readonly region: string | null;
  /**
   * An upload is refused unless its bytes have the SHA-256 of its `x-amz-checksum-sha256`. Elsewhere the header is
   * unknown, or taken without a look at the bytes.
   */
  readonly checksums: boolean;
}

export const s3Profiles = {
  aws: { pathStyle: false, region: null, checksums: true },
  r2: { pathStyle: true, region: 'auto', checksums: true },
  b2: { pathStyle: true, region: null, checksums: false },
  minio: { pathStyle: true, region: 'us-east-1', checksums: true },
  garage: { pathStyle: true, region: 'garage', checksums: true },
  ceph: { pathStyle: true, region: 'us-east-1', checksums: false },
  /** Nothing is taken for granted. */
  other: { pathStyle: true, region: 'us-east-1', checksums: false },
} as const satisfies Record<string, S3Profile>;

export type S3ProfileName = keyof typeof s3Profiles;

export const isS3ProfileName = (text: string): text is S3ProfileName => Object.hasOwn(s3Profiles, text);

/** For messages: `aws, r2, …`. */
export const profileNames = Object.keys(s3Profiles).join(', ');
