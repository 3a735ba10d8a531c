import type { FindOptions } from '../../ports/index.js';

const usual = 100;
const most = 500;

/** The page that a query asks for (P-161). */
export const toPage = ({ after, limit }: { after?: string | undefined; limit?: string | undefined }): FindOptions => ({
  after: after ?? null,
  limit: limit === undefined ? usual : Math.min(most, Number(limit)),
});

/** Where the next page begins; null after the last one. */
export const toNext = <T>(found: readonly T[], page: FindOptions, keyOf: (last: T) => string): string | null => {
  const last = found.at(-1);
  return last === undefined || found.length < page.limit ? null : keyOf(last);
};
