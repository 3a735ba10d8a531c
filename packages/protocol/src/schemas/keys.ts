import { z } from 'zod';
import { limits } from '../limits.js';
import { answerCursor, requestCursor } from './sync.js';
import { count, text, timestamp } from './text.js';

const keyVersion = count(1);
/** Longer than 4,096 characters is a 413 of its own, so the schema sets no upper bound. */
const encryptedKey = z.string().min(1);

export const putKeyRequest = z.object({ encrypted_key: encryptedKey, key_version: keyVersion.nullish() });
export const keyVersionAnswer = z.looseObject({ key_version: keyVersion });

export const keyAnswer = z.looseObject({
  encrypted_key: z.string(),
  key_version: keyVersion,
  new_encrypted_key: z.string().optional(),
  new_key_version: keyVersion.optional(),
});

export const keyHistoryAnswer = z.looseObject({
  keys: z.array(
    z.looseObject({
      encrypted_key: z.string(),
      key_version: keyVersion,
      replaced_at: timestamp,
      reason: z.enum(['replaced', 'rotated', 'aborted']),
    }),
  ),
});

export const beginRotationRequest = z.object({ new_encrypted_key: encryptedKey, key_version: keyVersion.nullish() });
export const beginRotationAnswer = z.looseObject({ key_version: keyVersion, remaining: count() });

export const rotationEntriesRequest = z.object({ cursor: requestCursor, limit: count(1).nullish() });

export const rotationEntriesAnswer = z.looseObject({
  entries: z.array(
    z.looseObject({
      seq: count(1),
      table: z.string(),
      op: z.string(),
      row_id: z.string(),
      timestamp: z.string(),
      data: z.string(),
      key_version: keyVersion.nullable(),
    }),
  ),
  cursor: answerCursor,
  has_more: z.boolean(),
});

export const rotationBatchRequest = z.object({
  entries: z
    .array(
      z.union([
        z.object({ seq: count(1), unreadable: z.literal(true) }),
        z.object({ seq: count(1), data: z.string(), unreadable: z.literal(false).nullish() }),
      ]),
    )
    .max(limits.changesPerPush),
  key_version: keyVersion.nullish(),
});

export const rotationBatchAnswer = z.looseObject({ updated: count(), remaining: count() });
export const completeRotationAnswer = z.looseObject({ key_version: keyVersion, unreadable: count() });

export const resetRequest = z.object({
  confirm: text(0, 100),
  password: text(1, limits.passwordCharacters).nullish(),
});

/** 0 when no key was ever stored. */
export const resetAnswer = z.looseObject({ key_version: count() });
