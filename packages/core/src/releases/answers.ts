import type { AnswerOf } from '@synckeep/protocol';
import { toTime } from '../wire.js';
import type { Artifact, Release } from './release.js';

export const toArtifactAnswer = (artifact: Artifact): AnswerOf<'confirmArtifact'> => ({
  target: artifact.target,
  arch: artifact.arch,
  file_name: artifact.fileName,
  file_size: artifact.sizeBytes,
  sha256: artifact.hash,
  sha512: artifact.confirmed?.sha512 ?? null,
  signature: artifact.signature,
  confirmed: artifact.confirmed !== null,
});

export const toReleaseAnswer = (release: Release): AnswerOf<'publishRelease'> => ({
  id: release.id,
  app_id: release.appId,
  version: release.version,
  channel: release.channel,
  state: release.state,
  notes: release.notes,
  signature: release.signature,
  rollout: release.rollout,
  minimum_version: release.minimumVersion,
  pub_date: toTime(release.publishedAt ?? release.createdAt),
  created_at: toTime(release.createdAt),
  artifacts: release.artifacts.map(toArtifactAnswer),
});
