import { toColumns } from '../print.js';
import type { Release } from './client.js';

/** Releases for a person, a line for each. */
export const toReleaseLines = (releases: readonly Release[]): readonly string[] =>
  toColumns(
    releases.map(({ version, channel, state, rollout, pub_date, artifacts }) => [
      version,
      channel,
      state,
      `${rollout} %`,
      pub_date,
      artifacts
        .map(({ target, arch, confirmed }) => `${target}/${arch}${confirmed ? '' : ' (not confirmed)'}`)
        .join(' '),
    ]),
  );
