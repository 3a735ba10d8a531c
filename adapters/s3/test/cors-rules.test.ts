import { OptionsError } from '@synckeep/core';
import { corsRules } from '@synckeep/s3';
import { describe, expect, it } from 'vitest';

describe('corsRules', () => {
  it('lets pages of these origins use signed URLs, and see what a resumed upload and a range need', () => {
    expect(corsRules(['https://app.example.org', 'http://localhost:5173'])).toEqual({
      CORSRules: [
        {
          AllowedOrigins: ['https://app.example.org', 'http://localhost:5173'],
          AllowedMethods: ['GET', 'HEAD', 'PUT'],
          AllowedHeaders: ['content-type', 'range', 'x-amz-checksum-sha256'],
          ExposeHeaders: ['content-range', 'etag'],
          MaxAgeSeconds: 3600,
        },
      ],
    });
    expect(corsRules(['*', 'tauri://localhost']).CORSRules[0]?.AllowedOrigins).toEqual(['*', 'tauri://localhost']);
  });

  it.each([[['https://app.example.org/']], [['app.example.org']], [['https://a.example/x']], [[]], [['']]])(
    'refuses %j',
    (origins) => {
      expect(() => corsRules(origins)).toThrow(OptionsError);
      expect(() => corsRules(origins)).toThrow(/origins such as "https:\/\/app\.example\.org"/);
    },
  );
});
