import { z } from 'zod';
import type { Json } from '../ports/index.js';

/** Any JSON. */
export const jsonSchema: z.ZodType<Json> = z.json();
