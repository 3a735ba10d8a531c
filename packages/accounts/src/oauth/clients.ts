import type { App, Collection } from '@synckeep/core';
import { isRegistrable } from '@synckeep/core';
import type { AdapterPayload } from 'oidc-provider';

/** Apps as the library knows clients: public, native, with authorization codes and refresh tokens. */
export const createFindClient =
  (apps: Collection<App>) =>
  async (appId: string): Promise<AdapterPayload | undefined> => {
    const app = (await apps.get(appId))?.value;
    if (app === undefined) return undefined;
    return {
      client_id: app.id,
      client_name: app.name,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      response_modes: ['query'],
      // Never empty. Loopback redirects are allowed whatever is registered.
      redirect_uris: ['http://127.0.0.1/', ...app.redirects.filter(isRegistrable)],
      id_token_signed_response_alg: 'EdDSA',
      cors_origins: app.origins,
    };
  };
