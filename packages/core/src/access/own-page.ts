import { SyncError } from '@synckeep/protocol';
import type { AdminRequest } from '../ports/index.js';

/** No form can send it, and no preflight grants it: whoever sends it is a page of this server, or no browser. */
const mark = 'x-synckeep-admin';

const toHost = (url: string): string | null => (URL.canParse(url) ? new URL(url).host : null);

/**
 * Refuses what a page of another origin makes the browser of an administrator send (P-171).
 * @param baseUrl where this server is reached, if it knows that
 * @throws SyncError `cross_site_request`
 */
export const enforceOwnPage = (request: AdminRequest, baseUrl: (() => string) | null): void => {
  if (request.method === 'GET') return;
  const site = request.header('sec-fetch-site');
  const origin = request.header('origin');
  const isOwn = () => {
    if (site !== undefined) return site === 'same-origin';
    if (origin === undefined) return true;
    const host = toHost(origin);
    return host !== null && (host === request.header('host') || (baseUrl !== null && host === toHost(baseUrl())));
  };
  if (request.header(mark) !== '1' || !isOwn()) throw new SyncError('cross_site_request');
};
