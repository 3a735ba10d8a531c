import { join } from 'node:path';
import { isObjectKey } from '@synckeep/core';

/** Where a segment that others follow ends, and where a key ends: characters that no key has. */
const folderMark = '_';
const fileMark = '.blob';

/**
 * Where an object lies below the folder of objects: `550e/66-0` becomes `55/0e_/66/-0.blob`.
 * The first two characters of each segment are a folder of their own, so that no folder grows with the number of users or blobs.
 * @throws TypeError for anything that is not an object key
 */
export const toObjectPath = (objectKey: string): string => {
  if (!isObjectKey(objectKey)) throw new TypeError('An object key must be segments of [a-z0-9-] joined by slashes.');
  const names: string[] = [];
  const segments = objectKey.split('/');
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    const marked = isLast ? segment : segment + folderMark;
    const rest = marked.slice(2);
    names.push(marked.slice(0, 2));
    if (isLast) names.push(rest + fileMark);
    else if (rest !== '') names.push(rest);
  }
  return join(...names);
};

/**
 * The part of a key that a name stands for. Neighbours in a folder sorted by this are in order of key: of two parts one
 * begins with the other only when the shorter one ends its key.
 */
export const fromFolderName = (name: string): string => name.replaceAll(folderMark, '/');

/** The last part of a key; null when the name is not that of an object. */
export const fromFileName = (name: string): string | null =>
  name.endsWith(fileMark) ? name.slice(0, -fileMark.length) : null;
