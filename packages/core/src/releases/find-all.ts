import type { Json } from '../ports/index.js';
import type { Collection, Found } from '../records/collection.js';

const page = 100;

/** Every record that stands under a value, for what is few. */
export const findAll = async <T extends Json>(
  { find }: Collection<T>,
  index: string,
  value: string,
): Promise<readonly Found<T>[]> => {
  const all: Found<T>[] = [];
  for (let after: string | null = null; ; ) {
    const found: readonly Found<T>[] = await find(index, value, { after, limit: page });
    all.push(...found);
    after = found.at(-1)?.key ?? null;
    if (after === null) return all;
  }
};
