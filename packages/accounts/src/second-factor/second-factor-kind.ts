import { defineKind } from '@synckeep/core';
import { z } from 'zod';

const sealedSchema = z.object({ secretId: z.string(), data: z.string() });

const secondFactorSchema = z.object({
  /** The TOTP secret. */
  sealed: sealedSchema,
  /** The last step of time whose code was accepted; it and all before it are used up. */
  lastStep: z.number(),
  /** Digests of the recovery codes that are not used yet. */
  recovery: z.array(z.string()),
  /** Milliseconds since 1970. */
  since: z.number(),
});

export type SecondFactorRecord = z.infer<typeof secondFactorSchema>;

/** The second factor of a user, by user id. Index: `secret` (the id of the signing secret that it is sealed with). */
export const secondFactorKind = defineKind<SecondFactorRecord>({
  name: 'second-factor',
  schema: secondFactorSchema,
  indexes: ({ sealed }) => ({ secret: [sealed.secretId] }),
});

/** A second factor that was begun and is not confirmed yet, by user id. It expires. */
export const enrolmentKind = defineKind({
  name: 'second-factor-enrolment',
  schema: z.object({ sealed: sealedSchema }),
});
