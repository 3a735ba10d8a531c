import { ApiError } from '../api/api-error.js';

export interface Explained {
  /** What happened and what to do about it. */
  readonly sentence: string;
  /** For whoever looks into the server's log. */
  readonly requestId: string | null;
}

const reasons: Readonly<Record<string, string>> = {
  password_too_short: 'it is too short',
  password_too_long: 'it is too long',
  password_common: 'it is easy to guess',
  password_not_text: 'it holds a character that is none',
};

/** What else a refusal knows: which field was wrong and why, or when to come back. */
const addition = ({ code, details }: ApiError): string => {
  const { pointer, problem, reason } = details;
  if (code === 'invalid_request' && typeof pointer === 'string' && typeof problem === 'string') {
    return ` (${pointer.slice(1).replaceAll('/', '.') || 'request'}: ${problem})`;
  }
  return typeof reason === 'string' ? ` (${reasons[reason] ?? reason})` : '';
};

/** The sentence of the server, with what it adds; a fault of the page itself says that it is one. */
export const explain = (error: unknown): Explained => {
  if (!(error instanceof ApiError)) {
    return { sentence: 'Something went wrong in this page. Load it again.', requestId: null };
  }
  const { message, requestId } = error;
  return {
    sentence: message.replace(/\.?$/, `${addition(error)}.`),
    requestId: error.status >= 500 ? requestId : null,
  };
};
