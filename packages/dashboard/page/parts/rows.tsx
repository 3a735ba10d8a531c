import type { ReactNode } from 'react';
import { formatCount } from '../text/format.js';
import { Problem } from './problem.js';

interface Loaded<P> {
  readonly data: { readonly pages: readonly P[] } | undefined;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
  refetch(): unknown;
}

interface RowsProps<P, R> {
  /** What the list is of, for whoever hears it. */
  readonly label: string;
  readonly list: Loaded<P>;
  readonly rows: (page: P) => readonly R[];
  readonly id: (row: R) => string;
  readonly children: (row: R) => ReactNode;
  /** What to say, and to offer, when there is nothing. */
  readonly empty: ReactNode;
}

/** A list that grows by a page at a time. */
export const Rows = <P, R>({ label, list, rows, id, children, empty }: RowsProps<P, R>) => {
  if (!list.data) {
    return list.error ? <Problem error={list.error} onRetry={() => list.refetch()} /> : <Loading />;
  }
  const all = list.data.pages.flatMap(rows);
  if (all.length === 0) return <div className="empty">{empty}</div>;
  return (
    <>
      {/* A list without marks is none to Safari unless it says so. */}
      <ul className="rows" aria-label={label}>
        {all.map((row) => (
          <li key={id(row)}>{children(row)}</li>
        ))}
      </ul>
      {list.error ? <Problem error={list.error} /> : null}
      <p className="more" role="status">
        {list.hasNextPage || list.data.pages.length > 1 ? `${formatCount(all.length, 'row')} shown` : ''}
      </p>
      {list.hasNextPage && (
        <button type="button" aria-disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {list.isFetchingNextPage ? 'One moment…' : 'Show more'}
        </button>
      )}
    </>
  );
};

export const Loading = () => (
  <p className="loading" role="status">
    Loading…
  </p>
);
