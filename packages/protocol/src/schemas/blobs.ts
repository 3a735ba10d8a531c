import { z } from 'zod';
import { count, hash, id } from './text.js';

export const uploadBlobRequest = z.object({
  hash,
  size_bytes: count(),
  checksum_header: z.boolean().nullish(),
  upload: z.object({ part_size: count(1).nullish(), id: id.nullish() }).nullish(),
});

export const uploadBlobAnswer = z.looseObject({
  upload_url: z.string(),
  already_exists: z.boolean(),
  upload_headers: z.record(z.string(), z.string()).optional(),
  upload: z
    .looseObject({
      id: z.string(),
      part_size: count(1),
      parts: z.array(z.looseObject({ part_number: count(1), url: z.string() })),
    })
    .optional(),
});

export const confirmBlobRequest = z.object({ hash, size_bytes: count() });
export const confirmBlobAnswer = z.looseObject({ hash, size_bytes: count() });
export const downloadBlobRequest = z.object({ hash });
export const downloadBlobAnswer = z.looseObject({ download_url: z.string() });
export const blobParams = z.object({ hash });
