import { z } from 'zod';
import { count, id, text } from './text.js';

export const subscribeQuery = z.object({
  device_id: id.optional(),
  app_id: id.optional(),
  cursor: z.string().optional(),
  ticket: text(1, 200).optional(),
});

export const ticketAnswer = z.looseObject({ ticket: z.string(), expires_in: count(1) });
