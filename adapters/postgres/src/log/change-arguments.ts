import type { NewChange } from '@synckeep/core';
import { toArrayText } from './array-text.js';
import { fromBlobs, fromOp } from './row.js';

/** The last arguments of `append`: a column of the changes each. */
export const toChangeArguments = (changes: readonly NewChange[]) => {
  const hasBlobs = changes.some(({ blobs }) => blobs !== null);
  return [
    `{${changes.map(({ op }) => fromOp(op)).join(',')}}`,
    toArrayText(changes.map(({ table }) => table)),
    toArrayText(changes.map(({ rowId }) => rowId)),
    toArrayText(changes.map(({ timestamp }) => timestamp)),
    hasBlobs ? toArrayText(changes.map(({ blobs }) => fromBlobs(blobs))) : '{}',
    toArrayText(changes.map(({ data }) => data)),
  ] as const;
};
