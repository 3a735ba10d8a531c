import type { Answer } from '@synckeep/core';
import { html } from '../pages/html.js';
import type { Context } from './context.js';

/** For a link that does not work any more; what to do then. */
export const deadLink = ({ show, to }: Context): Answer =>
  show(
    {
      title: 'This link does not work any more',
      body: html`<h1>This link does not work any more</h1>
<p>Each link works once, and only for a while. If you have asked for several, the newest one may still work.</p>
<div class="actions"><a class="button quiet" href="${to('')}">To your account</a></div>`,
    },
    { status: 410, message: '' },
  );

/** That something is done, and what comes next. */
export const donePage = (
  { show, to }: Context,
  heading: string,
  text: string,
  next: { readonly href: string; readonly label: string } = { href: to(''), label: 'To your account' },
): Answer =>
  show({
    title: heading,
    body: html`<h1>${heading}</h1>
<p>${text}</p>
<div class="actions"><a class="button" href="${next.href}">${next.label}</a></div>`,
  });
