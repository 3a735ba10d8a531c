import { z } from 'zod';
import { adminScopes } from '../admin-scopes.js';
import { limits } from '../limits.js';
import { id, text, timestamp } from './text.js';

const email = text(1, limits.emailCharacters);
const password = text(1, limits.passwordCharacters);

const administrator = z.looseObject({
  id: z.string(),
  /** null: the host names its administrators in another way. */
  email: z.string().nullable(),
  name: z.string(),
  scopes: z.string().array(),
});

export const adminSessionAnswer = z.looseObject({
  /** null: nobody is signed in. */
  administrator: administrator.nullable(),
  needs_setup: z.boolean(),
  /** Whether this server signs administrators in itself. */
  sign_in_enabled: z.boolean(),
  users_enabled: z.boolean(),
  version: z.string(),
});
export const signInRequest = z.object({ email, password, code: text(1, limits.codeCharacters).nullish() });
export const setUpRequest = z.object({ token: text(1, 200), email, password });
export const signedInAnswer = z.looseObject({ administrator });

const adminToken = z.looseObject({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.string().array(),
  created_at: timestamp,
  expires_at: timestamp.nullable(),
});
export const adminTokensAnswer = z.looseObject({ tokens: adminToken.array(), next: z.string().nullable() });
export const createAdminTokenRequest = z.object({
  name: text(1, 200),
  scopes: z.enum(adminScopes).array().min(1).max(adminScopes.length),
  /** Seconds. */
  expires_in: z.int().min(60).max(limits.adminTokenLifetime).nullish(),
});
export const createAdminTokenAnswer = z.looseObject({ token: adminToken, text: z.string() });
export const adminTokenParams = z.object({ token_id: id });

const listedAdministrator = z.looseObject({ id: z.string(), email: z.string(), created_at: timestamp });
export const administratorsAnswer = z.looseObject({
  administrators: listedAdministrator.array(),
  next: z.string().nullable(),
});
/** `email` with `password` for a new user, or `user_id` of one who is there. */
export const addAdministratorRequest = z.object({
  email: email.nullish(),
  password: password.nullish(),
  user_id: id.nullish(),
});
export const addAdministratorAnswer = z.looseObject({ administrator: listedAdministrator });
export const administratorParams = z.object({ administrator_id: id });
