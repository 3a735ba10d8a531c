import type { Call, Clock, Records } from '../ports/index.js';
import { appKind } from '../records/app.js';
import { createCollection } from '../records/collection.js';

const rememberFor = 2_000;
const maxCached = 1_000;

/** The web views of desktop and mobile shells, to be registered together for an app that runs in one (P-8). */
export const shellOrigins = [
  'tauri://localhost',
  'http://tauri.localhost',
  'https://tauri.localhost',
  'capacitor://localhost',
  'ionic://localhost',
  'https://localhost',
] as const;

const exposedHeaders = 'etag, retry-after, date, x-ratelimit-limit, x-ratelimit-remaining, x-request-id';
const allowedHeaders = 'authorization, content-type, if-match, if-none-match, last-event-id';

/** Whether a browser asks on behalf of a page what the page may send. */
export const isPreflight = (call: Call): boolean =>
  call.method === 'OPTIONS' &&
  call.header('origin') !== undefined &&
  call.header('access-control-request-method') !== undefined;

/** Whether any app registered an origin: a preflight carries no token, so nothing else can be asked of it. */
export const createOrigins = (records: Records, clock: Clock) => {
  const apps = createCollection(records, clock, appKind);
  const knownByOrigin = new Map<string, { readonly isKnown: boolean; readonly until: number }>();
  return {
    async isKnown(origin: string): Promise<boolean> {
      const cached = knownByOrigin.get(origin);
      if (cached && cached.until > clock.now()) return cached.isKnown;
      const found = await apps.find('origin', origin, { after: null, limit: 1 });
      if (knownByOrigin.size >= maxCached) knownByOrigin.clear();
      knownByOrigin.set(origin, { isKnown: found.length > 0, until: clock.now() + rememberFor });
      return found.length > 0;
    },
    forget: () => knownByOrigin.clear(),
  };
};

export type Origins = ReturnType<typeof createOrigins>;

export const corsHeaders = (origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  'access-control-expose-headers': exposedHeaders,
});

export const preflightHeaders = (origin: string, methods: readonly string[]): Record<string, string> => ({
  'access-control-allow-origin': origin,
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': allowedHeaders,
  'access-control-max-age': '600',
});
