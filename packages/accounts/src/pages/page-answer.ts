import type { Answer } from '@synckeep/core';
import { type PageContent, toDocument } from './layout.js';
import { styleSource } from './stylesheet.js';

export interface PageOptions {
  /** 200 by default. */
  readonly status?: number;
  /** `Set-Cookie` headers. */
  readonly cookies?: readonly string[];
  /** Where the forms of the page may lead besides this server, as a source of the policy: `https://app.example.org`. */
  readonly formAction?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Of everything that a browser shows: kept by nobody, framed by nobody, told to nobody else. */
const pageHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

const toPolicy = (formAction: string | null): string =>
  [
    "default-src 'none'",
    `style-src ${styleSource}`,
    'img-src data:',
    `form-action 'self'${formAction === null ? '' : ` ${formAction}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

/** A page as an answer, with the headers that keep it to itself. It can run no script. */
export const toPage = (content: PageContent, options: PageOptions = {}): Answer => ({
  status: options.status ?? 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': toPolicy(options.formAction ?? null),
    ...pageHeaders,
    ...options.headers,
  },
  body: toDocument(content),
  cookies: options.cookies ?? [],
});

/** 303: whatever was posted, the browser goes on with GET. @param location a path of this server, or a URL that was checked */
export const toRedirect = (location: string, cookies: readonly string[] = []): Answer => ({
  status: 303,
  headers: { ...pageHeaders, location, 'content-type': 'text/plain; charset=utf-8' },
  body: '',
  cookies,
});
