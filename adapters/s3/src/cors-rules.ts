import { OptionsError } from '@synckeep/core';

/** As `PutBucketCorsCommand` and `aws s3api put-bucket-cors --cors-configuration` take it. */
export interface CorsConfiguration {
  CORSRules: {
    AllowedOrigins: string[];
    AllowedMethods: string[];
    AllowedHeaders: string[];
    ExposeHeaders: string[];
    MaxAgeSeconds: number;
  }[];
}

/** Also those of the web views of desktop and mobile shells, such as `tauri://localhost`. */
const origin = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+)$/;

/**
 * What a bucket must allow so that web pages of these origins can use its signed URLs. Other programs need no such rule.
 * @param origins such as `https://app.example.org`: scheme, host and port, without a path
 * @throws OptionsError for what is no origin
 */
export const corsRules = (origins: readonly string[]): CorsConfiguration => {
  const wrong = origins.find((each) => !origin.test(each));
  if (wrong !== undefined || origins.length === 0) {
    throw new OptionsError(
      `corsRules needs origins such as "https://app.example.org", without a path or a slash at the end${wrong === undefined ? '' : `; "${wrong}" is none`}.`,
    );
  }
  return {
    CORSRules: [
      {
        AllowedOrigins: [...origins],
        AllowedMethods: ['GET', 'HEAD', 'PUT'],
        AllowedHeaders: ['content-type', 'range', 'x-amz-checksum-sha256'],
        ExposeHeaders: ['content-range', 'etag'],
        MaxAgeSeconds: 3600,
      },
    ],
  };
};
