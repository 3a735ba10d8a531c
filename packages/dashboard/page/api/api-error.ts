/** What the server refused, or that it could not be asked. `message` is a sentence for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    {
      status = 0,
      code = 'unreachable',
      requestId = null as string | null,
      details = {},
      cause = undefined as unknown,
    } = {},
  ) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.details = details;
  }
}

export const hasCode = (error: unknown, ...codes: readonly string[]): error is ApiError =>
  error instanceof ApiError && codes.includes(error.code);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOr = (value: unknown, other: string): string => (typeof value === 'string' && value !== '' ? value : other);

/** The refusal in an answer, also in one that something before the server made. */
export const toApiError = (status: number, requestId: string | null, body: unknown): ApiError => {
  const { error, code, details } = isRecord(body) ? body : {};
  const known = isRecord(details) ? details : {};
  return new ApiError(textOr(error, `The server answered with status ${status}.`), {
    status,
    code: textOr(code, 'unknown'),
    requestId: requestId ?? (typeof known['request_id'] === 'string' ? known['request_id'] : null),
    details: known,
  });
};
