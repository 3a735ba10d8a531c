import { limits } from '@synckeep/protocol';
import { randomHex } from '../digest.js';
import type { Random } from '../ports/index.js';

const pattern = /^[0-9a-f]{32}-([0-9a-z]{1,11})$/;

/**
 * The bytes of each part of a blob: as wished, within what object stores take, and never so few that there are more
 * than `limits.partsPerBlob`. The result as a wish gives itself.
 */
export const toPartBytes = (wish: number | null | undefined, sizeBytes: number): number =>
  Math.max(
    limits.bytesPerPartMin,
    Math.min(wish ?? limits.bytesPerPart, limits.bytesPerPartMax),
    Math.ceil(sizeBytes / limits.partsPerBlob),
  );

/** Random digits that make the object of a reservation its own. Of an upload in parts they also say how it is cut. */
export const newUploadId = (random: Random, partBytes: number | null): string =>
  randomHex(random, 16) + (partBytes === null ? '' : `-${partBytes.toString(36)}`);

/** null when the id is not one of an upload in parts. */
export const partBytesOf = (uploadId: string): number | null => {
  const digits = pattern.exec(uploadId)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 36);
};
