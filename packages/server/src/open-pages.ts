import { createOAuth } from '@synckeep/accounts/oauth';
import { createPages, type Pages } from '@synckeep/accounts/pages';
import { systemRandom } from '@synckeep/core';
import type { Composition } from './compose.js';

/** What browsers see of this server: signing in for an app. @param publicUrl what they call it, asked for each request */
export const openPages = ({ accounts, log }: Composition, publicUrl: () => string): Pages =>
  createPages({ publicUrl, sections: [createOAuth({ accounts })], random: systemRandom, log });
