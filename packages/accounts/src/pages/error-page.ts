import type { Answer } from '@synckeep/core';
import { type HtmlValue, html } from './html.js';
import { type PageOptions, toPage } from './page-answer.js';

export interface ErrorPage {
  readonly status: number;
  readonly heading: string;
  /** What happened and what to do, in a sentence or two. */
  readonly text: HtmlValue;
  /** For whoever helps: an error code, a request id. */
  readonly detail?: HtmlValue;
}

export const toErrorPage = ({ status, heading, text, detail }: ErrorPage, options: PageOptions = {}): Answer =>
  toPage(
    {
      title: heading,
      body: html`<h1>${heading}</h1>
<p>${text}</p>
${detail && html`<p class="hint">${detail}</p>`}`,
    },
    { ...options, status },
  );

export const notFoundPage = (): Answer =>
  toErrorPage({
    status: 404,
    heading: 'Nothing is here',
    text: 'There is no page at this address. It may have been mistyped, or belong to something that is over.',
  });
