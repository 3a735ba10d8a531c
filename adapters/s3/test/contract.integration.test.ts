import { s3Profiles } from '@synckeep/s3';
import { openS3 } from '@synckeep/s3/open';
import { describeBlobStore } from '@synckeep/testing';
import { describe } from 'vitest';
import { describeRealS3, openRealS3, testUrl, untilPast } from './real-server.js';

describeRealS3('the contract of a blob store against a real S3 server', () => {
  const { profile } = openS3(testUrl);
  // A server that proves checksums must do without them too.
  const profiles = s3Profiles[profile].checksums ? ([profile, 'other'] as const) : [profile];
  describe.each(profiles)('as %s', (each) => {
    describeBlobStore(`S3 as ${each}`, {
      async open() {
        const { store, close } = await openRealS3({ profile: each });
        return {
          store,
          fetch,
          now: Date.now,
          pass: (milliseconds) => untilPast(Date.now() + milliseconds),
          close,
        };
      },
    });
  });
});
