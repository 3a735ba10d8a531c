import type {} from '@aws-sdk/client-s3';
import type {} from '@aws-sdk/s3-request-presigner';
import type {} from '@synckeep/core';
import type {} from '@synckeep/protocol';
