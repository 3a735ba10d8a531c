import type { Answer } from '@synckeep/core';
import { toAlert, toField } from '../pages/forms.js';
import { html } from '../pages/html.js';
import type { PageRequest, PageRoute } from '../pages/page-request.js';
import type { Context } from './context.js';
import { deadLink, donePage } from './link-page.js';
import { aboutSyncKey, button, checkbox, codeField, hidden, newPassword } from './parts.js';
import { type Trouble, toTrouble, wrongCode } from './trouble.js';

/** A forgotten password: asking for a link, and what the link leads to. */
export const createForgottenRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, to, show } = context;
  const { passwordReset, addressLimits } = accounts;

  const askPage = (email: string, trouble: Trouble | null): Answer =>
    show(
      {
        title: 'Forgot your password?',
        body: html`<h1>Forgot your password?</h1>
${
  accounts.hasMail
    ? html`<p class="soft">You get a link to choose another one.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/forgot')}">
${toField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, isFocused: true })}
<div class="actions">${button('Send the link')}<a class="button quiet" href="${to('/sign-in')}">Back</a></div>
</form>`
    : html`<p class="notice">This server sends no mail. Whoever runs it can give you a link to choose another password.</p>
<div class="actions"><a class="button quiet" href="${to('/sign-in')}">Back</a></div>`
}`,
      },
      trouble,
    );

  const ask = async ({ form, address }: PageRequest): Promise<Answer> => {
    const email = form.get('email') ?? '';
    try {
      await addressLimits.take('passwordReset', address);
    } catch (error) {
      return askPage(email, toTrouble(error));
    }
    passwordReset.request(email);
    // Whatever the address: nobody learns whether it has an account.
    return donePage(
      context,
      'Look into your mailbox',
      `If ${email.trim()} has an account here, a link is on its way. It works for an hour.`,
      { href: to('/sign-in'), label: 'Back to the sign-in' },
    );
  };

  const choosePage = async (token: string, trouble: Trouble | null): Promise<Answer> => {
    const found = await passwordReset.find(token);
    if (found === null) return deadLink(context);
    return show(
      {
        title: 'Choose a new password',
        body: html`<h1>Choose a new password</h1>
<p class="soft">for <strong>${found.email}</strong></p>
${aboutSyncKey}
${toAlert(trouble?.message)}
<form method="post" action="${to('/reset')}">${hidden('token', token)}
<input type="hidden" name="username" autocomplete="username" value="${found.email}">
${newPassword({ isFocused: true })}
${found.needsCode && codeField()}
${checkbox('revoke', html`Sign out every app and browser <span class="hint">Leave this on unless you are sure that nobody else knows the old password.</span>`, true)}
<div class="actions">${button('Set the password')}</div>
</form>`,
      },
      trouble,
    );
  };

  const choose = async ({ form, address }: PageRequest): Promise<Answer> => {
    const token = form.get('token') ?? '';
    try {
      await addressLimits.take('passwordReset', address);
      const outcome = await passwordReset.complete(token, {
        password: form.get('new-password') ?? '',
        code: form.get('code') ?? '',
        revokeTokens: form.has('revoke'),
        address,
      });
      if (outcome === 'gone') return deadLink(context);
      if (outcome === 'wrong_code') return await choosePage(token, wrongCode);
    } catch (error) {
      return choosePage(token, toTrouble(error));
    }
    return donePage(context, 'Your password is set', 'Sign in with it from now on.', {
      href: to('/sign-in'),
      label: 'Sign in',
    });
  };

  return [
    { method: 'GET', path: '/account/forgot', answer: async () => askPage('', null) },
    { method: 'POST', path: '/account/forgot', answer: ask },
    { method: 'GET', path: '/account/reset', answer: ({ query }) => choosePage(query.get('token') ?? '', null) },
    { method: 'POST', path: '/account/reset', answer: choose },
  ];
};
