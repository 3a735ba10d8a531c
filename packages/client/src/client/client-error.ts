/** What went wrong in this program rather than at the server. */
export type ClientErrorCode =
  | 'invalid_row'
  | 'invalid_option'
  | 'unknown_table'
  | 'other_account'
  | 'login_failed'
  | 'login_canceled';

/** A call of the client that cannot be done as it is. Decide by `code`; `message` says what to do. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;
  /** With `invalid_row`: what the schema found. */
  readonly issues: readonly { readonly message: string; readonly path: readonly string[] }[];

  constructor(
    code: ClientErrorCode,
    message: string,
    { issues = [], cause }: { readonly issues?: ClientError['issues']; readonly cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ClientError';
    this.code = code;
    this.issues = issues;
  }
}
