import { z } from 'zod';
import { count, hash } from './text.js';

export const uploadBlobRequest = z.object({
  hash,
  size_bytes: count(),
  checksum_header: z.boolean().nullish(),
});

export const uploadBlobAnswer = z.looseObject({
  upload_url: z.string(),
  already_exists: z.boolean(),
  upload_headers: z.record(z.string(), z.string()).optional(),
});

export const confirmBlobRequest = z.object({ hash, size_bytes: count() });
export const confirmBlobAnswer = z.looseObject({ hash, size_bytes: count() });
export const downloadBlobRequest = z.object({ hash });
export const downloadBlobAnswer = z.looseObject({ download_url: z.string() });
export const blobParams = z.object({ hash });
