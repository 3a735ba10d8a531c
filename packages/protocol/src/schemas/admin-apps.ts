import { z } from 'zod';
import { page } from './admin.js';
import { count, text, timestamp } from './text.js';

/** 1–200 characters remain once the white space around them is gone, none of them a control character. */
const name = text(1, 400, /^\s*(?:[^\s\p{Cc}\p{Cs}]|[^\s\p{Cc}\p{Cs}][^\p{Cc}\p{Cs}]{0,198}[^\s\p{Cc}\p{Cs}])\s*$/u);

/** As browsers send it: a scheme and a host in lower case, no path. Nothing else would ever match. */
const origin = text(1, 300, /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/u);

/** Read as a URL afterwards (P-181). */
const redirect = text(1, 2000, /^[A-Za-z][A-Za-z0-9+.-]*:[^\s#\\]+$/u);

const dialect = z.enum(['standard', 'rust-client']);
const registration = z.enum(['open', 'invite', 'closed']);

const day = 86_400;
const longest = 10 * 365 * day;
const collectBlobs = { grace_seconds: z.int().min(day).max(longest) };
const compaction = { keep_seconds: z.int().min(0).max(longest), tombstone_seconds: z.int().min(day).max(longest) };

export const adminApp = z.looseObject({
  app_id: z.string(),
  name: z.string(),
  paused: z.boolean(),
  link: z.looseObject({ kind: z.enum(['item', 'tier']), id: z.string(), paid: z.boolean() }).nullable(),
  created_at: timestamp,
  origins: z.string().array(),
  redirects: z.string().array(),
  blob_limit: count(1).nullable(),
  bytes_limit: count(1).nullable(),
  dialect,
  require_base: z.boolean(),
  /** null: every change stays. */
  compaction: z.looseObject(compaction).nullable(),
  /** null: blobs stay until a client removes them. */
  collect_blobs: z.looseObject(collectBlobs).nullable(),
  registration,
  /** The current key first. */
  keys: z
    .looseObject({
      prefix: z.string(),
      generation: count(1),
      /** null: until it is rotated. */
      valid_until: timestamp.nullable(),
    })
    .array(),
});
export const adminApps = z.looseObject({ apps: adminApp.array(), next: z.string().nullable() });
/** `api_key` is answered here and never again. */
export const appKeyAnswer = z.looseObject({ app: adminApp, api_key: z.string() });

/** `name`: its beginning, in any letter case. */
export const appsQuery = z.object({ ...page, name: text(1, 200).optional() });
export const createAppRequest = z.object({ name });
export const updateAppRequest = z.object({
  name: name.nullish(),
  paused: z.boolean().nullish(),
  origins: origin.array().max(100).nullish(),
  redirects: redirect.array().max(100).nullish(),
  /** null: no limit of the app's own. */
  blob_limit: count(1).nullish(),
  bytes_limit: count(1).nullish(),
  dialect: dialect.nullish(),
  require_base: z.boolean().nullish(),
  /** null: every change stays. Only together with `require_base`. */
  compaction: z.object(compaction).nullish(),
  /** null: blobs stay until a client removes them. Only together with `compaction`. */
  collect_blobs: z.object(collectBlobs).nullish(),
  registration: registration.nullish(),
});
export const rotateAppKeyRequest = z.object({
  /** How long the old key and its tokens still work; 0 when left out, at most a year. */
  overlap_seconds: z
    .int()
    .min(0)
    .max(365 * 86_400)
    .nullish(),
});
/** The name of the app or the e-mail address of the user, exactly. */
export const confirmRequest = z.object({ confirm: text(1, 400) });
/** It goes on by itself. */
export const erasingAnswer = z.looseObject({ erasing: z.literal(true) });
