import type { Answer, Call } from '@synckeep/core';
import { notFoundPage, toErrorPage } from './error-page.js';
import { type PageRoute, toPageRequest } from './page-request.js';
import type { Place } from './place.js';
import { isSameOrigin } from './same-origin.js';

/** A part of the pages: everything that stands at these paths and below them. */
export interface PageSection {
  /** Below the base of the place, without a slash at the end: `/account`. */
  readonly paths: readonly string[];
  /** May throw a SyncError, which becomes a page, or anything else, which is a fault. */
  answer(call: Call, place: Place): Promise<Answer>;
}

const toPattern = (path: string): RegExp => new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);

const foreignForm = ({ origin, base }: Place): Answer =>
  toErrorPage({
    status: 403,
    heading: 'This form came from elsewhere',
    text: `Another site sent it, or the page was opened at another address than ${origin}${base}. Nothing was changed. Go back, load the page again and repeat what you did.`,
  });

const methodNotAllowed = (allow: readonly string[]): Answer =>
  toErrorPage(
    { status: 405, heading: 'This page cannot do that', text: 'Go back and use the buttons of the page.' },
    { headers: { allow: allow.join(', ') } },
  );

/** Answers with the pages of a list. A form is taken from pages of this server only. */
export const answerRoutes = async (routes: readonly PageRoute[], call: Call, place: Place): Promise<Answer> => {
  const found = routes.flatMap((route) => {
    const match = toPattern(route.path).exec(call.path);
    return match ? [{ route, params: { ...match.groups } }] : [];
  });
  if (found.length === 0) return notFoundPage();
  const method = call.method === 'HEAD' ? 'GET' : call.method;
  const wanted = found.find((each) => each.route.method === method);
  if (!wanted) return methodNotAllowed(found.map((each) => each.route.method));
  const { route, params } = wanted;
  if (route.method === 'POST' && !isSameOrigin(call, place.origin)) return foreignForm(place);
  return route.answer(await toPageRequest(call, route.method), params);
};
