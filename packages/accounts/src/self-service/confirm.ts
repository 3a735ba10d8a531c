import type { Answer } from '@synckeep/core';
import { toAlert } from '../pages/forms.js';
import { type HtmlValue, html } from '../pages/html.js';
import type { PageRoute } from '../pages/page-request.js';
import type { Context } from './context.js';
import { deadLink, donePage } from './link-page.js';
import { button, hidden } from './parts.js';
import { toTrouble } from './trouble.js';

/** What links in letters lead to that only need a yes. It takes a button: programs that read mail open links too. */
export const createConfirmRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, to, show } = context;
  const { verification, emailChange, addressLimits } = accounts;

  const page = (path: string, token: string, heading: string, text: HtmlValue, label: string): Answer =>
    show({
      title: heading,
      body: html`<h1>${heading}</h1>
<p>${text}</p>
<form method="post" action="${to(path)}">${hidden('token', token)}<div class="actions">${button(label)}</div></form>`,
    });

  return [
    {
      method: 'GET',
      path: '/account/verify',
      async answer({ query }) {
        const token = query.get('token') ?? '';
        const found = await verification.find(token);
        if (found === null) return deadLink(context);
        const text = html`Does <strong>${found.email}</strong> belong to your account?`;
        return page('/verify', token, 'Confirm your e-mail address', text, 'Yes, it is mine');
      },
    },
    {
      method: 'POST',
      path: '/account/verify',
      async answer({ form, address }) {
        await addressLimits.take('passwordReset', address);
        return (await verification.complete(form.get('token') ?? ''))
          ? donePage(context, 'Your address is confirmed', 'There is nothing more to do.')
          : deadLink(context);
      },
    },
    {
      method: 'GET',
      path: '/account/change-email',
      async answer({ query }) {
        const token = query.get('token') ?? '';
        const found = await emailChange.find(token);
        if (found === null) return deadLink(context);
        const { oldEmail, newEmail } = found;
        const text = html`The account moves from <strong>${oldEmail}</strong> to <strong>${newEmail}</strong> when both addresses have agreed. You sign in with the new one then.`;
        return page('/change-email', token, 'Move the account to another address?', text, 'Agree');
      },
    },
    {
      method: 'POST',
      path: '/account/change-email',
      async answer({ form, address }) {
        try {
          await addressLimits.take('passwordReset', address);
          const outcome = await emailChange.agree(form.get('token') ?? '', address);
          if (outcome === 'gone') return deadLink(context);
          return outcome === 'done'
            ? donePage(context, 'Your account has moved', 'Sign in with the new address from now on.')
            : donePage(context, 'One address has agreed', 'Now open the link that went to the other address.');
        } catch (error) {
          const trouble = toTrouble(error);
          const body = html`<h1>The account stays where it is</h1>${toAlert(trouble.message)}`;
          return show({ title: 'The account stays where it is', body }, trouble);
        }
      },
    },
  ];
};
