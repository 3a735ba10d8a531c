export { type CorsConfiguration, corsRules } from './cors-rules.js';
export type { S3BlobStoreOptions } from './options.js';
export { type S3Profile, type S3ProfileName, s3Profiles } from './profiles.js';
export { createS3BlobStore } from './s3-blob-store.js';
