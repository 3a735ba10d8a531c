import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const steps = 2 ** 32;

/**
 * Whether an installation is among the first `percent` of a release (P-145). The same installation always gets the same
 * answer, a higher percentage only adds others, and each release draws anew, so that nobody is always the first.
 */
export const isInRollout = (releaseId: string, installation: string, percent: number): boolean => {
  if (percent >= 100) return true;
  const hash = sha256(utf8ToBytes(`${releaseId}\n${installation}`));
  const draw = new DataView(hash.buffer, hash.byteOffset).getUint32(0);
  return draw < (percent / 100) * steps;
};
