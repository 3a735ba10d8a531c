/** Where the pages stand, as browsers see it. */
export interface Place {
  /** `https://sync.example.org` */
  readonly origin: string;
  /** What stands before every path: `""`, or for example `"/sync"`. */
  readonly base: string;
  readonly isSecure: boolean;
}

/** @param publicUrl http or https, without a query: `https://sync.example.org` or `https://example.org/sync`. */
export const toPlace = (publicUrl: string): Place => {
  const { origin, pathname, protocol } = new URL(publicUrl);
  return { origin, base: pathname.replace(/\/+$/, ''), isSecure: protocol === 'https:' };
};
