import { z } from 'zod';
import { limits } from '../limits.js';
import { count, id, text } from './text.js';

export const subscribeQuery = z.object({
  device_id: id.optional(),
  app_id: id.optional(),
  cursor: text(0, limits.cursorCharacters).optional(),
  ticket: text(1, 200).optional(),
});

export const ticketAnswer = z.looseObject({ ticket: z.string(), expires_in: count(1) });
