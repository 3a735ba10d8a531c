import compare from 'semver/functions/compare.js';
import { confirmedArtifactOf, type Platform, type Release, stableChannel } from './release.js';
import { isInRollout } from './rollout.js';

/** Newest first by the precedence of Semantic Versioning. */
export const byVersion = (a: Release, b: Release): number => compare(b.version, a.version);

/** A channel also has what is stable: a release follows its betas. */
export const isOnChannel = (channel: string) => (release: Release) =>
  release.channel === channel || release.channel === stableChannel;

export interface Installation extends Platform {
  readonly currentVersion: string;
  readonly channel: string;
  /** What it is told apart by. */
  readonly name: string;
}

/**
 * The newest of the published releases, newest first, that an installation may have (P-144): newer than its own by
 * precedence, on its channel, with a verified artifact for it, not above its minimum version, and in its roll-out.
 */
export const chooseRelease = (published: readonly Release[], installation: Installation): Release | undefined => {
  const { currentVersion, channel, name } = installation;
  return published
    .filter(isOnChannel(channel))
    .find(
      (release) =>
        compare(release.version, currentVersion) > 0 &&
        (release.minimumVersion === null || compare(currentVersion, release.minimumVersion) >= 0) &&
        confirmedArtifactOf(release, installation) !== undefined &&
        isInRollout(release.id, name, release.rollout),
    );
};
