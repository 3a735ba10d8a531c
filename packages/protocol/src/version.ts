/** The version of the wire contract; it moves when an old client would notice. */
export const protocolVersion = 1;

/** The version of this release of Synckeep. */
export const version = '0.1.0';

/** Parts of the contract that a server may lack: what this one has, as `GET limits` says it. */
export const features = [
  'base',
  'blobs',
  'blob-checksum-header',
  'blob-parts',
  'include-own',
  'installation-id',
  'key-history',
  'ndjson',
  'renew',
  'reset',
  'rotation-abort',
  'subscribe-ticket',
  'updates',
] as const;

/** The media type of an answer of many lines, each JSON (P-49). */
export const ndjson = 'application/x-ndjson';

/** Where the operations stand; a host may mount them elsewhere. */
export const prefixes = ['/api/sync', '/api/v1/sync'] as const;

/** Operations below `/admin` stand below this prefix too, where a host does not mount them elsewhere (P-170). */
export const adminPrefix = '/api' as const;
