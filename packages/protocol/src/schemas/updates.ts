import { z } from 'zod';
import { limits } from '../limits.js';
import { count, hash, id, text, timestamp } from './text.js';

/** The name by which installations ask for an app; `apps` is where the server's own paths begin (P-141). */
export const slug = z.string().regex(/^(?!apps$)[a-z0-9-]{3,40}$/);

const numeric = '(?:0|[1-9][0-9]{0,14})';
const prerelease = `(?:${numeric}|[0-9]{0,64}[A-Za-z-][0-9A-Za-z-]{0,64})`;
const build = '[0-9A-Za-z-]{1,64}';

/** Semantic Versioning 2.0.0, with numbers that every language can count (P-143). */
export const semanticVersion = z
  .string()
  .max(limits.versionCharacters)
  .regex(
    new RegExp(
      `^${numeric}\\.${numeric}\\.${numeric}(?:-${prerelease}(?:\\.${prerelease})*)?(?:\\+${build}(?:\\.${build})*)?$`,
    ),
  );

export const updateTargets = ['linux', 'darwin', 'windows'] as const;
export const updateArchs = ['x86_64', 'aarch64', 'i686', 'armv7'] as const;
const target = z.enum(updateTargets);
const arch = z.enum(updateArchs);
/** No path and no hidden file: safe in a URL and on every disk. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/);
/** `latest` is what Electron calls `stable`. */
const channel = z.string().regex(/^(?!latest$)[a-z][a-z0-9]{0,31}$/);
const rollout = z.int().min(0).max(100);
const notes = text(0, limits.notesCharacters);
const signature = text(0, limits.signatureCharacters);

export const updateAppParams = z.object({ app_id: id });
export const releaseParams = z.object({ app_id: id, release_id: id });
export const artifactParams = z.object({ app_id: id, release_id: id, target, arch });

export const setSlugRequest = z.object({ slug });
export const slugAnswer = z.looseObject({ app_id: z.string(), slug });

export const createReleaseRequest = z.object({
  version: semanticVersion,
  channel: channel.nullish(),
  notes: notes.nullish(),
  signature: signature.nullish(),
  rollout: rollout.nullish(),
  minimum_version: semanticVersion.nullish(),
});

/** What is left out stays as it is; `""` takes the minimum away. */
export const updateReleaseRequest = z.object({
  notes: notes.nullish(),
  rollout: rollout.nullish(),
  minimum_version: z.union([semanticVersion, z.literal('')]).nullish(),
});

export const createArtifactRequest = z.object({
  target,
  arch,
  file_size: count(1).max(limits.bytesPerArtifact),
  sha256: hash,
  signature: signature.nullish(),
  file_name: fileName.nullish(),
  checksum_header: z.boolean().nullish(),
});

export const createArtifactAnswer = z.looseObject({
  upload_url: z.string(),
  s3_key: z.string(),
  already_exists: z.boolean(),
  upload_headers: z.record(z.string(), z.string()).optional(),
});

export const artifact = z.looseObject({
  target,
  arch,
  file_name: z.string().nullable(),
  file_size: count(),
  sha256: hash,
  /** Base64, as Electron writes it; null until the upload is confirmed. */
  sha512: z.string().nullable(),
  signature: z.string(),
  confirmed: z.boolean(),
});

export const release = z.looseObject({
  id: z.string(),
  app_id: z.string(),
  version: semanticVersion,
  channel: z.string(),
  state: z.enum(['draft', 'published', 'withdrawn']),
  notes: z.string(),
  signature: z.string(),
  rollout,
  minimum_version: z.string().nullable(),
  pub_date: timestamp,
  created_at: timestamp,
  artifacts: z.array(artifact),
});
export const appReleases = z.looseObject({ releases: release.array(), next: z.string().nullable() });

export const downloadCountsAnswer = z.looseObject({
  total: count(),
  days: z.array(z.looseObject({ date: z.string(), target, arch, downloads: count() })),
});

export const checkUpdateParams = z.object({ slug, target, arch, current_version: semanticVersion });
export const checkUpdateQuery = z.object({ channel: channel.optional(), installation: text(1, 128).optional() });
/** Exactly these fields: what the updater of Tauri reads (P-144). */
export const checkUpdateAnswer = z.strictObject({
  version: z.string(),
  url: z.string(),
  signature: z.string(),
  notes: z.string(),
  pub_date: timestamp,
});

export const downloadParams = z.object({ slug, release_id: id, target, arch });
export const namedDownloadParams = z.object({ slug, release_id: id, target, arch, file_name: fileName });

/** `latest.yml`, `beta-mac.yml`, `latest-linux-arm64.yml`. */
export const electronFeedParams = z.object({ slug, feed: z.string().regex(/^[a-z][a-z0-9-]{0,60}\.yml$/) });
export const appcastParams = z.object({ slug, arch });
