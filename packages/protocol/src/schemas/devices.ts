import { z } from 'zod';
import { limits } from '../limits.js';
import { count, id, text, timestamp } from './text.js';

export const platform = z.enum(['macos', 'windows', 'linux', 'ios', 'android', 'web']);

/** 1–255 characters remain once the white space around them is gone. */
const deviceName = text(1, 1000, /^\s*(?:\S|\S[\s\S]{0,253}\S)\s*$/u);

export const registerDeviceRequest = z.object({
  device_name: deviceName,
  platform,
  installation_id: text(1, limits.installationIdCharacters).nullish(),
});

export const renameDeviceRequest = z.object({ device_name: deviceName });

export const deviceParams = z.object({ device_id: id });

export const device = z.looseObject({
  id: z.string(),
  app_id: z.string(),
  user_id: z.string(),
  device_name: z.string(),
  platform,
  created_at: timestamp,
  last_seen_at: timestamp,
  last_push: count(),
});
