import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { toErrorPage } from '../pages/error-page.js';

interface Problem {
  readonly heading: string;
  readonly text: string;
}

const expired: Problem = {
  heading: 'This sign-in is over',
  text: 'It took too long, or it was finished in another window. Go back to the app and start again.',
};

/** What a person can do about it. Everything else is for the developer of the app. */
const problemByError: Readonly<Record<string, Problem>> = {
  invalid_client: {
    heading: 'This app is not known here',
    text: 'Its key is wrong or was replaced. Look for an update of the app, or ask who runs this server.',
  },
  invalid_redirect_uri: {
    heading: 'This app asks for something unsafe',
    text: 'It wants to be answered at an address that is not registered for it. Nothing was sent there.',
  },
  server_error: { heading: 'Something went wrong here', text: 'It is not your fault. Try again in a moment.' },
};

const other: Problem = {
  heading: 'The app sent a wrong request',
  text: 'Look for an update of the app, or show this to whoever makes it.',
};

/** A page for what cannot be told to the app, because it is not certain where the app is. */
export const toProblemPage = (error: string, description: string | undefined, status: number) => {
  const isExpired = /session|expired/.test(description ?? '') && error === 'invalid_request';
  const problem = isExpired ? expired : (problemByError[error] ?? other);
  const detail = isExpired || error === 'server_error' ? null : `${error}${description ? `: ${description}` : ''}`;
  return toErrorPage({ status, ...problem, detail });
};

export const renderProblem = (ctx: KoaContextWithOIDC, { error, error_description: description }: ErrorOut): void => {
  const { headers, body } = toProblemPage(error, description, ctx.status);
  ctx.set({ ...headers });
  ctx.body = body;
};

export const expiredPage = () => toProblemPage('invalid_request', 'interaction session not found', 400);
