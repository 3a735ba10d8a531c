import { limits } from '@synckeep/protocol/constants';
import { isBlobRef } from './blob-ref.js';

/** What may be the hash of a blob. */
const likeHash = /[0-9a-f]{64}/gi;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * The hashes of the blobs that a row refers to, so that the server keeps them (P-89).
 * @param text the row as JSON, null for a deleted one
 * @returns null when it cannot be told: more than a change may name, or something like a hash that is not in a
 * `BlobRef`. It may be a reference in another form, or a secret that the server must not see.
 */
export const blobsOfRow = (text: string | null): string[] | null => {
  const named = new Set<string>();
  const suspects: string[] = [];
  const open: unknown[] = text === null ? [] : [JSON.parse(text)];
  // No recursion: a row of another program may be nested as deep as it likes.
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') suspects.push(...(value.match(likeHash) ?? []));
    if (!isContainer(value)) continue;
    if (isBlobRef(value)) named.add(value.hash);
    for (const [name, inner] of Object.entries(value)) open.push(name, inner);
  }
  const isKnown = named.size <= limits.blobsPerChange && suspects.every((each) => named.has(each));
  return isKnown ? [...named].sort() : null;
};
