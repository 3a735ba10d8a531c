import { SyncError } from '@synckeep/protocol';

const statusOf = (error: Error): number | null => {
  const metadata = '$metadata' in error ? error.$metadata : null;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
};

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

/** Whether S3 answered with one of these error codes. */
export const isS3Error = (error: unknown, ...codes: readonly string[]): error is Error =>
  error instanceof Error && codes.includes(error.name);

const lines =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ENOTFOUND|EAI_AGAIN|E(?:HOST|NET)UNREACH|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE)$/;
const passing =
  /^(?:TimeoutError|RequestTimeout|SlowDown|Throttling|ThrottlingException|TooManyRequests(?:Exception)?|ServiceUnavailable|InternalError)$/;

/** The line is down, or the server busy or broken: worth another try, unlike a refusal. */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const status = statusOf(error);
  if (status === 501) return false;
  return passing.test(error.name) || lines.test(codeOf(error)) || status === 429 || (status !== null && status >= 500);
};

/** A fault that passes is `unavailable`; every other error stays what it is. */
export const toUnavailable = (error: unknown): unknown =>
  isPassing(error) ? new SyncError('unavailable', { cause: error }) : error;

/** Awaits a request to S3. */
export const reach = async <T>(request: Promise<T>): Promise<T> => {
  try {
    return await request;
  } catch (error) {
    throw toUnavailable(error);
  }
};
