import { areBlobsHeld } from '../blobs/holds.js';
import { createObjectDeletion } from '../blobs/object-deletion.js';
import { randomHex } from '../digest.js';
import type { BlobStore, Clock, Log, Random, Records } from '../ports/index.js';
import { type Artifact, artifactPrefix, releaseKind } from './release.js';

/** A new key below the prefix of artifacts, in the form of all object keys, so that its hash can be read from it. */
export const createArtifactKey = (appId: string, hash: string, random: Random): string =>
  `${artifactPrefix}${appId}/${hash}-${randomHex(random, 16)}`;

/** Those of the keys that belong to an artifact of some release; the sweep leaves them alone (P-107). */
export const knownArtifacts = async (records: Records, objectKeys: readonly string[]): Promise<ReadonlySet<string>> => {
  const known = new Set<string>();
  for (const objectKey of objectKeys) {
    if (!objectKey.startsWith(artifactPrefix)) continue;
    const found = await records.find(releaseKind.name, 'object', objectKey, { after: null, limit: 1 });
    if (found.length > 0) known.add(objectKey);
  }
  return known;
};

/**
 * Deletes the objects of artifacts that are no more. What cannot be deleted now, or is held, the daily sweep finds
 * without a row.
 */
export const deleteArtifacts = async (
  artifacts: readonly Pick<Artifact, 'objectKey'>[],
  deps: { readonly records: Records; readonly blobStore: BlobStore; readonly clock: Clock; readonly log: Log },
): Promise<void> => {
  if (artifacts.length === 0 || (await areBlobsHeld(deps))) return;
  const deletion = createObjectDeletion(deps);
  for (const { objectKey } of artifacts) await deletion.delete(objectKey);
  deletion.report('Artifacts could not be deleted; the daily sweep tries them again.');
};
