import type { FindOptions } from '@synckeep/core';

const limit = 100;

/** Everything of a list that comes in pages, each beginning after the id with which the one before ended. */
export const eachPage = async <T extends { readonly id: string }>(
  read: (page: FindOptions) => Promise<readonly T[]>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for (;;) {
    const found = await read({ after: all.at(-1)?.id ?? null, limit });
    all.push(...found);
    if (found.length < limit) return all;
  }
};
