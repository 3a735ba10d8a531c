import type { Answer } from '@synckeep/core';
import { toAppMark } from '../oauth/app-mark.js';
import { notFoundPage } from '../pages/error-page.js';
import { toAlert, toField } from '../pages/forms.js';
import { html } from '../pages/html.js';
import type { PageRequest, PageRoute } from '../pages/page-request.js';
import type { Context } from './context.js';
import { deadLink, donePage } from './link-page.js';
import { button, hidden, newPassword } from './parts.js';
import { type Trouble, toTrouble } from './trouble.js';

/** Getting an account: asking for a link, and what the link leads to. */
export const createRegisterRoutes = (context: Context): readonly PageRoute[] => {
  const { accounts, to, show } = context;
  const { registration, addressLimits, parts } = accounts;

  const askPage = async (appId: string, email: string, trouble: Trouble | null): Promise<Answer> => {
    const app = await registration.findApp(appId);
    if (app === null) return notFoundPage();
    const isOpen = app.registration === 'open' && accounts.hasMail;
    return show(
      {
        title: `Get an account for ${app.name}`,
        body: html`${toAppMark(app.name)}
<h1>Get an account for ${app.name}</h1>
${
  isOpen
    ? html`<p class="soft">at ${parts.serviceName}. You get a link to this address, and choose a password there.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/register')}">${hidden('app', app.id)}
${toField({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'email', value: email, isFocused: true })}
<div class="actions">${button('Send the link')}</div>
</form>
<p class="small aside">You have an account already? <a href="${to('/sign-in')}">Sign in</a></p>`
    : html`<p class="notice">${
        app.registration === 'closed'
          ? 'Nobody can register for this app here.'
          : 'You need an invitation: ask whoever runs this server for a link.'
      }</p>`
}`,
      },
      trouble,
    );
  };

  const ask = async ({ form, address }: PageRequest): Promise<Answer> => {
    const [appId, email] = [form.get('app') ?? '', form.get('email') ?? ''];
    try {
      await addressLimits.take('registration', address);
      registration.request(appId, email);
    } catch (error) {
      return askPage(appId, email, toTrouble(error));
    }
    // Whatever the address: nobody learns whether it has an account.
    return donePage(
      context,
      'Look into your mailbox',
      `A letter to ${email.trim()} is on its way. Its link works for a day.`,
      {
        href: to('/sign-in'),
        label: 'Back to the sign-in',
      },
    );
  };

  const choosePage = async (token: string, trouble: Trouble | null): Promise<Answer> => {
    const found = await registration.find(token);
    if (found === null) return deadLink(context);
    return show(
      {
        title: `Choose a password for ${parts.serviceName}`,
        body: html`${toAppMark(found.app.name)}
<h1>Choose a password</h1>
<p class="soft">for your account <strong>${found.email}</strong>, which you use with ${found.app.name}.</p>
<p class="small soft">This password opens the account. ${found.app.name} may ask you for a passphrase besides: that one opens your data, and nobody but you has it.</p>
${toAlert(trouble?.message)}
<form method="post" action="${to('/register')}">${hidden('token', token)}
<input type="hidden" name="username" autocomplete="username" value="${found.email}">
${newPassword({ isFocused: true })}
<div class="actions">${button('Make the account')}</div>
</form>`,
      },
      trouble,
    );
  };

  const choose = async ({ form, address }: PageRequest, token: string): Promise<Answer> => {
    try {
      await addressLimits.take('registration', address);
      const made = await registration.complete(token, form.get('new-password') ?? '', address);
      if (made === null) return deadLink(context);
      return donePage(context, 'Your account is ready', `Go back to ${made.app.name} and sign in there.`);
    } catch (error) {
      return choosePage(token, toTrouble(error));
    }
  };

  return [
    {
      method: 'GET',
      path: '/account/register',
      answer({ query }) {
        const token = query.get('token');
        return token === null ? askPage(query.get('app') ?? '', '', null) : choosePage(token, null);
      },
    },
    {
      method: 'POST',
      path: '/account/register',
      answer(request) {
        const token = request.form.get('token');
        return token === null ? ask(request) : choose(request, token);
      },
    },
  ];
};
