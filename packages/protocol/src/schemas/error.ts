import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../errors.js';

export const errorAnswer = z.looseObject({
  error: z.string(),
  code: z.enum(errorCodes as readonly [ErrorCode, ...ErrorCode[]]),
  details: z.record(z.string(), z.unknown()).optional(),
});

export type ErrorBody = z.infer<typeof errorAnswer>;
