import type { Tier } from '@synckeep/core';

/** A tier as the command line and the admin API show it. */
export const toTierView = ({ id, label, itemId, blobLimit, bytesLimit }: Tier) => ({
  ...{ id, label, item_id: itemId, blob_limit: blobLimit, bytes_limit: bytesLimit },
});

/** The same for a person, as cells of a line. */
export const toTierRow = ({ id, label, itemId, blobLimit, bytesLimit }: Tier): readonly string[] => [
  id,
  label,
  itemId === null ? '-' : `item:${itemId}`,
  `blob ${blobLimit ?? 'any'}`,
  `bytes ${bytesLimit ?? 'any'}`,
];
