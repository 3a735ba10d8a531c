import type { Call } from '@synckeep/core';

/**
 * Whether a browser says that one of our own pages sent the request: the guard of every form against other sites.
 * Browsers without `Sec-Fetch-Site`, and pages without TLS, send `Origin` with each form.
 */
export const isSameOrigin = (call: Pick<Call, 'header'>, origin: string): boolean => {
  const site = call.header('sec-fetch-site');
  return site === undefined ? call.header('origin') === origin : site === 'same-origin';
};
