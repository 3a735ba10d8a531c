/** What has moved so far. */
export interface MovingCounts {
  scopes: number;
  changes: number;
  blobs: number;
  /** Of blobs; those that are only referenced count too. */
  blobBytes: number;
  records: number;
}

export const createCounts = (): MovingCounts => ({ scopes: 0, changes: 0, blobs: 0, blobBytes: 0, records: 0 });
