import { createSecretKey } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { deriveKey, isLoopback } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { AccountParts } from '../create-accounts.js';
import type { Place } from '../pages/place.js';
import { newestOf } from '../sealing.js';
import { createFindClient } from './clients.js';
import { keyGenerationOf } from './exchange.js';
import type { ContinuedLogin, Grants } from './grants.js';
import { lifetimes } from './lifetimes.js';
import { cookieNames, interactionPath, resource } from './names.js';
import { renderProblem } from './problem-page.js';
import { toSigningKey } from './signing-key.js';
import { createStorage } from './storage.js';

/** The library as it is used here: authorization code with PKCE for public clients, access tokens as those of a direct login. */
export const createProvider = (place: Place, parts: AccountParts, grants: Grants): Provider => {
  const { secrets, users, log } = parts;
  const issuer = place.origin + place.base;
  const loginByContext = new WeakMap<KoaContextWithOIDC, ContinuedLogin>();

  /** The login that a token is about to be made of. @throws InvalidGrant when it is over */
  const proceed = async (ctx: KoaContextWithOIDC): Promise<ContinuedLogin> => {
    const grantId = ctx.oidc.entities.Grant?.jti;
    const login = grantId === undefined ? null : await grants.proceed(grantId);
    if (login === null) throw new errors.InvalidGrant('the login is over');
    loginByContext.set(ctx, login);
    return login;
  };

  const configuration: Configuration = {
    adapter: createStorage(parts, grants, createFindClient(parts.appRecords)),
    clientAuthMethods: ['none'],
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      jwks: '/oauth/jwks',
      revocation: '/oauth/revoke',
      end_session: '/oauth/logout',
    },
    discovery: { userinfo_endpoint: `${issuer}/oauth/userinfo` },
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      // Tokens bound to a key of the client would be bound in vain: the API does not check it.
      dPoP: { enabled: false },
      // The built-in one refuses tokens that have an audience, as ours do.
      userinfo: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        async getResourceServerInfo(ctx, asked) {
          if (asked !== resource) throw new errors.InvalidTarget();
          const secret = newestOf(secrets);
          const login = ctx.oidc.route === 'token' ? await proceed(ctx) : null;
          return {
            scope: 'sync',
            audience: 'sync',
            accessTokenFormat: 'jwt',
            accessTokenTTL: login?.tokenLifetime ?? lifetimes.accessToken,
            jwt: { sign: { alg: 'HS256', key: createSecretKey(deriveKey(secret, 'token')), kid: secret.id } },
          };
        },
      },
    },
    extraParams: {
      key: (_ctx, value) => {
        if (value !== undefined && [...value].length > limits.loginKeyCharacters)
          throw new errors.InvalidRequest(`key has at most ${limits.loginKeyCharacters} characters`);
      },
    },
    async extraTokenClaims(ctx) {
      const login = loginByContext.get(ctx);
      if (login === undefined) throw new errors.InvalidGrant('the login is over');
      const { session, sessionId, user } = login;
      return {
        app: session.appId,
        ...(session.key === null ? {} : { key: session.key }),
        ugen: user.generation,
        kgen: keyGenerationOf(ctx.req),
        sid: sessionId,
      };
    },
    formats: {
      customizers: {
        // The same kind of token as that of a direct login.
        jwt(_ctx, _token, jwt) {
          jwt.header = { typ: 'JWT' };
          jwt.payload['client_id'] = undefined;
          jwt.payload.iss = parts.issuer;
        },
      },
    },
    extraClientMetadata: { properties: ['cors_origins'] },
    clientBasedCORS: (_ctx, origin, client) => {
      const origins = client['cors_origins'];
      return Array.isArray(origins) && origins.includes(origin);
    },
    ttl: {
      AuthorizationCode: lifetimes.authorizationCode,
      RefreshToken: lifetimes.refreshToken,
      Grant: (_ctx, grant) =>
        grant.getOIDCScope().includes('offline_access') ? lifetimes.refreshableLogin : lifetimes.login,
      Interaction: lifetimes.interaction,
      Session: lifetimes.interaction,
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
      IdToken: lifetimes.accessToken,
    },
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    // Each consent is a grant of its own: what ends one login must not end the others of a browser.
    async loadExistingGrant(ctx) {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    cookies: { names: cookieNames, long: { path: `${place.base}/oauth`, httpOnly: true, sameSite: 'lax' } },
    jwks: { keys: [toSigningKey(newestOf(secrets))] },
    clientDefaults: { id_token_signed_response_alg: 'EdDSA' },
    async findAccount(_ctx, id) {
      const user = await users.get(id);
      if (user === null || user.value.disabled) return undefined;
      return { accountId: id, claims: async () => ({ sub: id }) };
    },
    renderError: renderProblem,
    interactions: {
      url: (_ctx, interaction) => `${place.base}${interactionPath}/${interaction.uid}`,
      policy: interactionPolicy.base(),
    },
  };

  const provider = new Provider(issuer, configuration);
  provider.proxy = true;
  provider.Client.prototype.redirectUriAllowed = function (redirect) {
    return isLoopback(redirect) || this.redirectUris?.includes(redirect) === true;
  };
  provider.on('grant.success', ({ body, oidc }) => {
    if (typeof body === 'object' && body !== null) {
      Object.assign(body, { user_id: oidc.account?.accountId, app_id: oidc.client?.clientId });
    }
  });
  const report = (_ctx: KoaContextWithOIDC, error: Error): void => log.error({ err: error }, 'OAuth2 failed.');
  provider.on('server_error', report);
  // What Koa itself reports; it would write to the console.
  const emitter: EventEmitter = provider;
  emitter.on('error', (error) => log.error({ err: error }, 'OAuth2 failed.'));
  return provider;
};
