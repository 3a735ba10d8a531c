import { fileURLToPath } from 'node:url';
import { toPlace } from './service-url.js';

/** Where encrypted files are: in a folder of this machine or in a bucket. The URL may hold credentials. */
export type BlobPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3'; readonly url: string };

const parseFileUrl = (url: string): string | undefined => {
  try {
    return fileURLToPath(url);
  } catch {
    // Another machine's file, or a part of it that no path can hold.
    return undefined;
  }
};

/** `./folder`, `/folder`, `file:///folder` or `s3://bucket?…`; undefined when it is none of them. */
export const parseBlobPlace = (text: string): BlobPlace | undefined => {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 's3')
    return URL.canParse(text) && new URL(text).hostname !== '' ? { kind: 's3', url: text } : undefined;
  const path = scheme === 'file' ? parseFileUrl(text) : text;
  const isFolder =
    path !== undefined && path !== '' && !path.includes('\0') && (scheme === undefined || scheme === 'file');
  return isFolder ? { kind: 'folder', path } : undefined;
};

/** For people and logs: without credentials. */
export const showBlobPlace = (place: BlobPlace): string =>
  place.kind === 'folder' ? `the folder ${place.path}` : `the bucket ${toPlace(place.url)}`;
