import { defineKind } from '@synckeep/core';
import { z } from 'zod';

/** How an e-mail address is compared: without the space around it and in lower case. */
export const toComparableEmail = (email: string): string => email.trim().toLowerCase();

const userSchema = z.object({
  /** Trimmed, in the letter case that it was given in. */
  email: z.string(),
  /** Argon2id in PHC format. */
  passwordHash: z.string(),
  /** Only tokens of this generation are good; one more revokes all of them. */
  generation: z.number(),
  disabled: z.boolean(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  /** When it was proved that the user reads the mail of this address. Milliseconds since 1970; null: never yet. */
  verifiedAt: z.number().nullable().default(null),
});

export type UserRecord = z.infer<typeof userSchema>;

/** A built-in user, by user id. Unique: `email` as it is compared. Index: `all` ("" for listing). */
export const userKind = defineKind<UserRecord>({
  name: 'user',
  schema: userSchema,
  unique: ({ email }) => ({ email: toComparableEmail(email) }),
  indexes: () => ({ all: [''] }),
});
