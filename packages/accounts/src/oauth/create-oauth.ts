import type { Answer, Call } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import type { Provider } from 'oidc-provider';
import type { Accounts } from '../create-accounts.js';
import { createBrowserSessions } from '../pages/browser-sessions.js';
import { readCookies } from '../pages/cookies.js';
import { notFoundPage } from '../pages/error-page.js';
import type { PageRoute } from '../pages/page-request.js';
import { answerRoutes, type PageSection } from '../pages/page-section.js';
import type { Place } from '../pages/place.js';
import { createEdge, EdgeError, type EdgeRequest } from './edge.js';
import { exchange } from './exchange.js';
import { createGrants } from './grants.js';
import { cookieNames, interactionPath } from './names.js';
import { createSignInRoutes } from './sign-in.js';
import type { SignInLinks } from './sign-in-pages.js';
import { createUserinfo } from './userinfo.js';

export interface OAuthOptions {
  readonly accounts: Accounts;
  /** Below the login form of an app: to other pages of this server, such as one for a forgotten password. */
  readonly links?: SignInLinks;
}

const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

const refusal = (status: number, error: string, description: string, retryAfter?: number): Answer => ({
  status,
  headers: { ...json, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
  body: JSON.stringify({ error, error_description: description }),
});

/** What is served here of all that the library can do. */
const served = /^\/oauth\/(?:authorize(?:\/[^/]+)?|interaction\/[^/]+|token|revoke|jwks)$|^\/\.well-known\/[^/]+$/;

const resume = /^\/oauth\/authorize\/([^/]+)$/;

/**
 * OAuth2 with authorization code and PKCE for the users of `accounts` (P-110 and on): a section for `createPages`.
 * Logins that it makes are sessions and tokens like those of a direct login.
 */
export const createOAuth = ({ accounts, links = () => [] }: OAuthOptions): PageSection => {
  const { parts } = accounts;
  const { apps, addressLimits } = parts;
  const grants = createGrants(parts);
  const toEdgeRequest = createEdge(apps);
  const userinfo = createUserinfo(parts);
  const browserSessions = createBrowserSessions(parts);

  interface Open {
    readonly provider: Provider;
    readonly listener: ReturnType<Provider['callback']>;
    readonly routes: readonly PageRoute[];
  }
  const openByUrl = new Map<string, Promise<Open>>();

  const openAt = (place: Place): Promise<Open> => {
    const url = place.origin + place.base;
    const opening = openByUrl.get(url) ?? load(place);
    openByUrl.set(url, opening);
    return opening;
  };

  /** The library is loaded by the first one who needs it: a server whose apps log in directly does without. */
  const load = async (place: Place): Promise<Open> => {
    const { createProvider } = await import('./provider.js');
    const provider = createProvider(place, parts, grants);
    const routes = createSignInRoutes({ provider, parts, grants, browserSessions, place, links });
    return { provider, listener: provider.callback(), routes };
  };

  /**
   * The cookie of the library's own session. It lives as long as one request of an app and belongs to that one only, so
   * that two windows never meet: it is taken from the interaction, and the browser never gets it.
   */
  const toSessionCookie = async (provider: Provider, call: Call): Promise<string | null> => {
    const uid = resume.exec(call.path)?.[1];
    if (uid === undefined || readCookies(call.header('cookie')).get(cookieNames.resume) !== uid) return null;
    const session = (await provider.Interaction.find(uid))?.session?.cookie;
    const resumeCookie = `${cookieNames.resume}=${uid}`;
    return session === undefined ? resumeCookie : `${resumeCookie}; ${cookieNames.session}=${session}`;
  };

  /**
   * Ends the login of an access token, which the library does not know: none is stored. It is handed on without the token,
   * for the library to say whether the app may ask.
   */
  const revokeAccess = async (request: EdgeRequest): Promise<EdgeRequest> => {
    const form = new URLSearchParams(request.body);
    const token = form.get('token') ?? '';
    if (token.split('.').length !== 3) return request;
    const claims = await parts.tokens.verify(token);
    if (claims !== null && claims.app === form.get('client_id')) await grants.endSession(claims.sid);
    form.set('token', 'an access token');
    return { ...request, body: form.toString() };
  };

  return {
    paths: ['/oauth', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
    async answer(call, place) {
      if (call.path === '/oauth/userinfo') return userinfo(call);
      if (!served.test(call.path)) return notFoundPage();
      const { provider, listener, routes } = await openAt(place);
      if (call.path.startsWith(`${interactionPath}/`)) return answerRoutes(routes, call, place);
      try {
        if (call.method === 'POST') await addressLimits.take('exchange', call.address);
        // Each request of an app is stored for a while, whoever sends it.
        else if (call.path === '/oauth/authorize') await addressLimits.take('public', call.address);
        const request = await toEdgeRequest(call, await toSessionCookie(provider, call));
        const prepared = call.path === '/oauth/revoke' ? await revokeAccess(request) : request;
        const answer = await exchange(listener, prepared, place);
        const cookies = answer.cookies?.filter((cookie) => !cookie.startsWith(`${cookieNames.session}=`)) ?? [];
        return { ...answer, cookies };
      } catch (error) {
        if (error instanceof EdgeError) return refusal(400, 'invalid_request', error.message);
        if (call.method === 'POST' && isSyncError(error) && error.retryAfter !== undefined) {
          return refusal(error.status, 'temporarily_unavailable', error.message, error.retryAfter);
        }
        throw error;
      }
    },
  };
};
