import { resolve, sep } from 'node:path';
import { type BlobPlace, showBlobPlace } from '../blob-place.js';
import { Refusal } from '../refusal.js';

const toPrefix = (pathname: string): string => pathname.replace(/^\/+|\/+$/g, '');

/** Whether the objects of one of two prefixes of a bucket would be among those of the other. */
const isWithin = (a: string, b: string): boolean =>
  a === b || a === '' || b === '' || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);

const areMixed = (backups: BlobPlace, blobs: BlobPlace): boolean => {
  if (backups.kind === 'folder' && blobs.kind === 'folder') {
    const [place, store] = [resolve(backups.path), resolve(blobs.path)];
    return place === store || place.startsWith(store + sep);
  }
  if (backups.kind !== 's3' || blobs.kind !== 's3') return false;
  const [place, store] = [new URL(backups.url), new URL(blobs.url)];
  const isSameBucket =
    place.hostname === store.hostname && place.searchParams.get('endpoint') === store.searchParams.get('endpoint');
  return isSameBucket && isWithin(toPrefix(place.pathname), toPrefix(store.pathname));
};

/** The sweep of objects without a row would take backups among the blobs for such. @throws Refusal */
export const checkApart = (backups: BlobPlace, stores: readonly BlobPlace[]): void => {
  const store = stores.find((blobs) => areMixed(backups, blobs));
  if (!store) return;
  throw new Refusal(
    `Backups in ${showBlobPlace(backups)} would be among the blobs in ${showBlobPlace(store)}, whose sweep removes what it does not know. Use another folder, bucket or prefix.`,
  );
};
