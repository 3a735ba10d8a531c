import { z } from 'zod';
import { limits } from '../limits.js';
import { page } from './admin.js';
import { device } from './devices.js';
import { count, id, text, timestamp } from './text.js';

const email = text(1, limits.emailCharacters);

export const adminUser = z.looseObject({
  user_id: z.string(),
  email: z.string(),
  disabled: z.boolean(),
  created_at: timestamp,
  verified_at: timestamp.nullable(),
  second_factor: z.boolean(),
  administrator: z.boolean(),
});
export const adminUsers = z.looseObject({ users: adminUser.array(), next: z.string().nullable() });

export const usersQuery = z.object({
  ...page,
  after: text(1, limits.emailCharacters).optional(),
  /** The beginning of an address, in any letter case. */
  email: email.optional(),
  disabled: z.enum(['true', 'false']).optional(),
});
export const createUserRequest = z.object({ email, password: text(1, limits.passwordCharacters) });
export const inviteUserRequest = z.object({
  email,
  app_id: id,
  /** true when left out. */
  send: z.boolean().nullish(),
});
/** `sent`: it went to the address too. Otherwise whoever asked hands it over. */
export const invitationAnswer = z.looseObject({ url: z.string(), expires_at: timestamp, sent: z.boolean() });
export const updateUserRequest = z.object({ disabled: z.boolean().nullish(), email: email.nullish() });
export const resetLinkAnswer = z.looseObject({ url: z.string(), expires_at: timestamp });

export const scopesPage = z.looseObject({
  scopes: z
    .looseObject({
      app_id: z.string(),
      user_id: z.string(),
      total_changes: count(),
      bytes_used: count(),
      bytes_limit: count().nullable(),
      devices: count(),
      last_seen_at: timestamp.nullable(),
    })
    .array(),
  next: z.string().nullable(),
});

export const scopeQuery = z.object({ app_id: id, user_id: id });
export const adminDevices = z.looseObject({ devices: device.array() });
export const adminDeviceParams = z.object({ app_id: id, user_id: id, device_id: id });
