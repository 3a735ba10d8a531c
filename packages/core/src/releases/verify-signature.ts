import { SyncError } from '@synckeep/protocol';
import { MinisignError, verifyMinisign } from './minisign.js';
import { type ConfirmedArtifact, type Release, signatureOf } from './release.js';

/**
 * Checks what installations will check, before they are offered it (P-148). Nothing is checked without a key.
 * @throws SyncError `update_signature_invalid`
 */
export const verifySignature = (release: Release, artifact: ConfirmedArtifact, publicKey: string | null): void => {
  if (publicKey === null) return;
  try {
    verifyMinisign(signatureOf(release, artifact), artifact.confirmed.blake2b, publicKey);
  } catch (error) {
    if (!(error instanceof MinisignError)) throw error;
    const { target, arch } = artifact;
    throw new SyncError('update_signature_invalid', { details: { target, arch, problem: error.message } });
  }
};
