import type { BlobStore } from '@synckeep/core';

/** A part of the `fetch` of the platform, which fits as it is. */
export type FetchUrl = (
  url: string,
  init?: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: Uint8Array<ArrayBuffer> | null;
  },
) => Promise<Response>;

export interface OpenedBlobStore {
  readonly store: BlobStore;
  /** Calls the URLs of the store: `fetch`, or `createRouteFetch` for a store that has routes and no server. */
  readonly fetch: FetchUrl;
  /** The time of the store, milliseconds since 1970. */
  now(): number;
  /** Lets time pass: moves a virtual clock, or waits. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}
