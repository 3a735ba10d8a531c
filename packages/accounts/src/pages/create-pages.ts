import {
  type Answer,
  type Call,
  createMount,
  type Log,
  type Mount,
  type Random,
  randomHex,
  type Target,
} from '@synckeep/core';
import { isSyncError, type SyncError } from '@synckeep/protocol';
import { notFoundPage, toErrorPage } from './error-page.js';
import type { PageSection } from './page-section.js';
import { toPlace } from './place.js';

export interface PagesOptions {
  /** What browsers call this server: `https://sync.example.org`, or with a path where it stands below one. Asked for each request. */
  readonly publicUrl: () => string;
  readonly sections: readonly PageSection[];
  readonly random: Random;
  readonly log: Log;
}

/** Everything that browsers see, for any binding that takes something with `dispatch` and `mount`. */
export interface Pages {
  /** Never rejects: faults are answers too. */
  dispatch(call: Call): Promise<Answer>;
  /** null for what is none of the pages. */
  readonly mount: Mount;
  /** What the pages stand at and below, for the routes of a framework. */
  paths(): readonly string[];
}

const stands = (path: string, at: string): boolean => path === at || path.startsWith(`${at}/`);

const metadata = '/.well-known/oauth-authorization-server';

const refusal = (error: SyncError): Answer => {
  const retryAfter = error.retryAfter ?? (error.status === 429 || error.status === 503 ? 1 : undefined);
  return toErrorPage(
    {
      status: error.status,
      heading: error.status === 429 ? 'Too many attempts' : 'That did not work',
      text: error.message,
    },
    retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } },
  );
};

/** Puts sections of pages together. */
export const createPages = ({ publicUrl, sections, random, log }: PagesOptions): Pages => {
  const sectionOf = (path: string) => sections.find(({ paths }) => paths.some((at) => stands(path, at)));

  /** RFC 8414 asks for the metadata of a server below a path at the root of its host, with the path behind. */
  const below = (url: string): Target | null => {
    const { base } = toPlace(publicUrl());
    const target = createMount([base])(url);
    if (target !== null || base === '') return target;
    const root = createMount([''])(url);
    return root?.path === metadata + base ? { ...root, path: metadata } : null;
  };

  return {
    paths() {
      const { base } = toPlace(publicUrl());
      const own = sections.flatMap(({ paths }) => paths.map((path) => base + path));
      return base === '' ? own : [...own, metadata + base];
    },
    mount(url) {
      const target = below(url);
      return target !== null && sectionOf(target.path) ? target : null;
    },
    async dispatch(call) {
      try {
        const section = sectionOf(call.path);
        return section ? await section.answer(call, toPlace(publicUrl())) : notFoundPage();
      } catch (error) {
        if (isSyncError(error) && error.code !== 'internal') return refusal(error);
        const requestId = randomHex(random, 8);
        log.error({ err: error, requestId, path: call.path }, 'A page failed.');
        return toErrorPage({
          status: 500,
          heading: 'Something went wrong here',
          text: 'It is not your fault. Try again in a moment.',
          detail: `Request ${requestId}`,
        });
      }
    },
  };
};
