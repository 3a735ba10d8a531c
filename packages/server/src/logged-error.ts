import { codeOf } from './refusal.js';

/** Causes within causes; no error has more, unless it causes itself. */
const deepest = 8;

/**
 * What the log shows of an error: nothing but what is named here. Errors of drivers carry more, such as the URL that
 * could not be parsed or the command that was refused, with the password in it.
 */
export const toLoggedError = (error: unknown, depth = 0): object => {
  if (!(error instanceof Error) || depth > deepest) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = codeOf(error);
  return {
    type: name,
    message,
    ...(code === '' ? {} : { code }),
    stack,
    ...(cause === undefined ? {} : { cause: toLoggedError(cause, depth + 1) }),
    ...(error instanceof AggregateError ? { errors: error.errors.map((each) => toLoggedError(each, depth + 1)) } : {}),
  };
};
