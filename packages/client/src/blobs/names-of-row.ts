import { limits } from '@synckeep/protocol/constants';
import { type BlobRef, isBlobRef } from './blob-ref.js';

/** What may be the hash of a blob. */
const likeHash = /[0-9a-f]{64}/gi;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The references in a row, by hash, and what else in it may be a hash. @param text the row as JSON, null for a deleted one */
const searchRow = (text: string | null) => {
  const refs = new Map<string, BlobRef>();
  const suspects: string[] = [];
  const open: unknown[] = text === null ? [] : [JSON.parse(text)];
  // No recursion: a row of another program may be nested as deep as it likes.
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string') suspects.push(...(value.match(likeHash) ?? []));
    if (!isContainer(value)) continue;
    if (isBlobRef(value)) refs.set(value.hash, { hash: value.hash, key: value.key, size: value.size });
    for (const [name, inner] of Object.entries(value)) open.push(name, inner);
  }
  return { refs, suspects };
};

/** The references to blobs in a row. */
export const refsOfRow = (text: string | null): BlobRef[] => [...searchRow(text).refs.values()];

/**
 * The hashes of the blobs that a row refers to, so that the server keeps them (P-89).
 * @returns null when it cannot be told: more than a change may name, or something like a hash that is not in a
 * `BlobRef`. It may be a reference in another form, or a secret that the server must not see.
 */
export const blobsOfRow = (text: string | null): string[] | null => {
  const { refs, suspects } = searchRow(text);
  const isKnown = refs.size <= limits.blobsPerChange && suspects.every((each) => refs.has(each));
  return isKnown ? [...refs.keys()].sort() : null;
};
