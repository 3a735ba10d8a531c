export type BlobErrorCode = 'source_changed' | 'not_stored' | 'malformed_ref';

const messages: Readonly<Record<BlobErrorCode, string>> = {
  source_changed: 'The file was changed while it was read. Upload it again.',
  not_stored: 'The file arrived changed or not at all, three times. Check the connection, then upload it again.',
  malformed_ref: 'This is no reference to a file that was uploaded.',
};

/** Decide by `code`; `message` is for people. */
export class BlobError extends Error {
  readonly code: BlobErrorCode;

  constructor(code: BlobErrorCode, cause?: unknown) {
    super(messages[code], cause === undefined ? undefined : { cause });
    this.name = 'BlobError';
    this.code = code;
  }
}
