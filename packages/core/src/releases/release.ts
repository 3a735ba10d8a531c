import { schemas } from '@synckeep/protocol';
import { z } from 'zod';
import { isObjectKey } from '../blobs/object-key.js';
import { defineKind } from '../records/collection.js';

/** What the server read of an artifact when it verified the upload. */
const confirmation = z.object({
  at: z.number(),
  /** Base64, as Electron writes it. */
  sha512: z.string(),
  /** BLAKE2b-512 in hex: what a minisign signature is over. */
  blake2b: z.string(),
});

export const artifactSchema = z.object({
  target: z.enum(schemas.updateTargets),
  arch: z.enum(schemas.updateArchs),
  fileName: z.string().nullable(),
  objectKey: z.string(),
  sizeBytes: z.number(),
  /** SHA-256, 64 lower-case hex digits. */
  hash: z.string(),
  signature: z.string(),
  /** null: nothing proves yet that the bytes are there. */
  confirmed: confirmation.nullable(),
});

/** Below it are the objects of artifacts, and nothing else. */
export const artifactPrefix = 'ota/';

const isOwnObject = (appId: string, { objectKey, hash }: z.infer<typeof artifactSchema>): boolean =>
  isObjectKey(objectKey) && objectKey.startsWith(`${artifactPrefix}${appId}/${hash}-`);

const fields = z.object({
  id: z.string(),
  appId: z.string(),
  version: z.string(),
  channel: z.string(),
  state: z.enum(['draft', 'published', 'withdrawn']),
  notes: z.string(),
  /** Of artifacts that have none of their own. */
  signature: z.string(),
  /** Percent of the installations that are offered it. */
  rollout: z.number(),
  /** Older installations are not offered it. */
  minimumVersion: z.string().nullable(),
  createdAt: z.number(),
  publishedAt: z.number().nullable(),
  artifacts: z.array(artifactSchema),
});

/** A record that an import brings must not reach for anybody else's objects. */
const releaseSchema = fields.refine(({ appId, artifacts }) => artifacts.every((each) => isOwnObject(appId, each)));

export type Artifact = z.infer<typeof artifactSchema>;
export type Release = z.infer<typeof releaseSchema>;
export type ConfirmedArtifact = Artifact & { readonly confirmed: NonNullable<Artifact['confirmed']> };
export type Platform = Pick<Artifact, 'target' | 'arch'>;

export const stableChannel = 'stable';

/** Precedence ignores build metadata, so two releases that differ in nothing else are one version (P-143). */
const withoutBuild = (version: string): string => version.split('+', 1)[0] ?? version;

/** Unique: `version` of an app. Indexes: `app`, `live` (app, when published), `object` (key of each artifact). */
export const releaseKind = defineKind<Release>({
  name: 'release',
  schema: releaseSchema,
  unique: ({ appId, version }) => ({ version: `${appId} ${withoutBuild(version)}` }),
  indexes: ({ appId, state, artifacts }) => ({
    app: [appId],
    live: state === 'published' ? [appId] : [],
    object: artifacts.map(({ objectKey }) => objectKey),
  }),
});

export const isConfirmed = (artifact: Artifact): artifact is ConfirmedArtifact => artifact.confirmed !== null;

export const isOf =
  ({ target, arch }: Platform) =>
  (artifact: Platform): boolean =>
    artifact.target === target && artifact.arch === arch;

/** The artifact that an installation can be given; undefined when there is none that was verified. */
export const confirmedArtifactOf = ({ artifacts }: Release, platform: Platform): ConfirmedArtifact | undefined =>
  artifacts.filter(isConfirmed).find(isOf(platform));

/** What its updater verifies it by. */
export const signatureOf = (release: Release, artifact: Artifact): string => artifact.signature || release.signature;
