import { z } from 'zod';
import { limits } from '../limits.js';
import { text } from './text.js';

export const loginRequest = z.object({
  email: text(1, limits.emailCharacters),
  password: text(1, limits.passwordCharacters),
  api_key: text(1, limits.apiKeyCharacters),
  key: text(1, limits.loginKeyCharacters).nullish(),
  code: text(1, limits.codeCharacters).nullish(),
});

export const loginAnswer = z.looseObject({ token: z.string(), user_id: z.string(), app_id: z.string() });
