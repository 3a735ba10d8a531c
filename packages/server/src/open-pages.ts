import { createOAuth } from '@synckeep/accounts/oauth';
import { createPages, type Pages } from '@synckeep/accounts/pages';
import { createSelfService, createSignInLinks } from '@synckeep/accounts/self-service';
import { systemRandom } from '@synckeep/core';
import type { Composition } from './compose.js';

/**
 * What browsers see of this server: signing in for an app, and looking after one's account.
 * @param publicUrl what they call it, asked for each request
 */
export const openPages = (composition: Composition, publicUrl: () => string): Pages => {
  const { accounts, storage, blobStore, log, eraseUser } = composition;
  const selfService = createSelfService({
    ...{ accounts, storage, blobStore },
    eraseUser: (userId, address) => eraseUser(userId, { actor: { kind: 'user', id: userId }, address }),
  });
  const sections = [createOAuth({ accounts, links: createSignInLinks(accounts) }), selfService];
  return createPages({ publicUrl, sections, random: systemRandom, log });
};
